"""How others say the same: for the frequent problems, each in the words of three more people.

Belongs here: phrases by the phrase of vocabulary.py that they are about.
Does not belong here: who says it, and when (followers.py).
"""

from collections.abc import Mapping

REPHRASINGS: Mapping[str, tuple[str, ...]] = {
    # Jalan
    "jalan berlubang cukup dalam, sudah ada motor yang jatuh": (
        "ada lubang besar di aspal, pengendara sering terperosok",
        "lobang menganga di tengah jalanan, kemarin bapak-bapak sampai terjungkal",
        "tolong ditambal, permukaan jalan bolong dan sudah makan korban",
    ),
    "aspal rusak dan bergelombang membahayakan pengendara": (
        "permukaan jalan keriting, motor oleng kalau lewat",
        "jalanan tidak rata dan banyak yang mengelupas",
        "kondisi aspalnya hancur, naik motor serasa offroad",
    ),
    "jalan amblas di tengah, sangat membahayakan pengguna jalan": (
        "badan jalan turun hampir setengah meter, mobil bisa nyangkut",
        "aspal ambles makin hari makin dalam",
        "tanah di bawah jalan longsor, permukaannya cekung",
    ),
    "tambalan jalan baru sebulan sudah hancur lagi": (
        "bekas tambalan aspal ngelupas, kerjaannya asal jadi",
        "baru kemarin diperbaiki jalannya sudah bolong di titik yang sama",
        "perbaikan jalan tidak awet, kerikilnya berhamburan",
    ),
    "banyak motor lawan arah dari pagi, hampir tabrakan dengan pejalan kaki": (
        "pengendara roda dua melawan arus seenaknya",
        "contraflow liar sepeda motor, ibu saya nyaris diserempet",
        "tiap berangkat kerja ketemu kendaraan dari arah berlawanan di jalur satu arah",
    ),
    "mobil parkir sembarangan di bahu jalan bikin macet": (
        "kendaraan roda empat berhenti lama di pinggir, lalu lintas tersendat",
        "bahu jalan dijadikan tempat parkir, arus jadi tersumbat",
        "deretan mobil ngetem di tepi jalan, kami susah lewat",
    ),
    "jalan lingkungan warga rusak dan becek kalau hujan": (
        "jalan kampung kami hancur, habis hujan jadi kubangan lumpur",
        "akses masuk permukiman berlumpur, anak sekolah kepeleset",
        "jalan depan rumah penuh genangan dan batu lepas",
    ),
    "conblock gang warga pada lepas, orang tua sering tersandung": (
        "paving gang copot di mana-mana, nenek saya jatuh",
        "conblok di lorong sudah tidak rapi, kaki keserimpet",
        "bata jalan gang berantakan, lansia takut lewat",
    ),
    # Parkir Liar
    "parkir liar di badan jalan, jalan jadi sempit": (
        "kendaraan ditaruh di jalur aktif, tinggal satu mobil yang muat lewat",
        "mobil pada berhenti sembarangan sampai makan separuh lajur",
        "tolong derek, banyak yang nitip mobil di jalan umum",
    ),
    "mobil parkir berlapis depan ruko setiap sore": (
        "pengunjung toko memarkir kendaraan dua baris menjelang magrib",
        "depan pertokoan penuh mobil parkir ganda tiap jam pulang kantor",
        "pelanggan ruko parkir bersusun sampai ke tengah",
    ),
    "juru parkir liar minta sepuluh ribu dan maksa": (
        "tukang parkir ilegal pasang tarif seenaknya, tidak kasih karcis",
        "preman parkir memalak pengunjung",
        "jukir tanpa seragam mematok uang parkir tidak wajar dan marah-marah",
    ),
    "truk parkir bermalam di pinggir jalan, lampu tidak ada": (
        "kontainer menginap di tepi jalan tanpa segitiga pengaman",
        "sopir truk meninggalkan kendaraannya semalaman, gelap dan rawan ditabrak",
        "tronton berjejer tiap malam di bahu jalan",
    ),
    "ojek online mangkal dan parkir di bahu jalan tiap hari": (
        "driver ojol ngumpul di pinggir jalan, kendaraan lain terhambat",
        "pangkalan ojek dadakan memenuhi tepi jalan",
        "abang-abang aplikasi nongkrong di atas motor sampai menutup lajur kiri",
    ),
    "mobil warga parkir di jalan gang, ambulans tidak bisa masuk": (
        "tetangga menaruh mobil di gang sempit, kendaraan darurat tertahan",
        "gang dipakai garasi pribadi, pemadam pun bakal susah lewat",
        "lorong perumahan tertutup mobil, kemarin orang sakit harus digotong",
    ),
    # Sampah
    "sampah menumpuk sudah tidak diangkut, baunya menyengat": (
        "tumpukan limbah rumah tangga menggunung dan bau busuk",
        "truk kebersihan belum datang, kantong plastik berserakan penuh lalat",
        "TPS penuh meluber sampai ke jalan, aromanya tidak tahan",
    ),
    "ada yang buang sampah sembarangan di lahan kosong": (
        "tanah kosong jadi tempat pembuangan liar",
        "orang tidak dikenal melempar kantong kotoran ke kebun sebelah",
        "TPS ilegal muncul di kavling yang tidak terpakai",
    ),
    "puing bekas bangunan dibuang di pinggir jalan": (
        "brangkal renovasi rumah ditumpuk di tepi jalan",
        "ada yang menaruh sisa bongkaran tembok, belum dipindahkan",
        "pecahan bata dan semen berserakan menghalangi motor",
    ),
    "gerobak sampah tidak pernah lewat, tempat sampah warga penuh": (
        "petugas kebersihan absen, tong di depan rumah sudah meluap",
        "iuran jalan terus tapi tidak ada yang mengambil sampah",
        "bak sampah RT kami luber karena tukangnya tidak datang-datang",
    ),
    "sampah sisa penebangan tidak ada yang bersihkan": (
        "potongan dahan ditinggal begitu saja setelah dipangkas",
        "ranting dan batang kayu bekas tebangan teronggok",
        "daun kering sisa pangkasan menutup jalan masuk",
    ),
    # Pohon
    "pohon besar sudah miring dan keropos, rawan tumbang": (
        "batang pohonnya lapuk dan condong ke rumah, ngeri kalau angin kencang",
        "mohon ditebang, akarnya sudah terangkat dan doyong",
        "ada pohon tua hampir roboh, bagian bawahnya dimakan rayap",
    ),
    "mohon topping pohon, dahannya menutupi lampu jalan": (
        "tolong dipangkas, rimbunnya bikin penerangan ketutup",
        "cabang terlalu lebat sampai cahaya PJU tidak tembus",
        "daun-daun menghalangi sinar lampu, malam jadi remang",
    ),
    "pohon tumbang menutup setengah jalan": (
        "batang kayu besar roboh melintang, satu lajur tidak bisa dilewati",
        "habis hujan angin ada yang tumbang menghalangi kendaraan",
        "butuh gergaji mesin, pohonnya rebah ke aspal",
    ),
    "ranting pohon kena kabel listrik, takut korslet kalau hujan": (
        "dahan menempel ke kabel PLN dan keluar percikan api",
        "daun menyentuh jaringan listrik, khawatir konslet",
        "cabang pohon menimpa kabel tegangan, sudah melendut",
    ),
    "dahan pohon menjuntai kena kepala pejalan kaki": (
        "cabang terlalu rendah, orang jalan harus menunduk",
        "ranting melambai ke bawah menggores wajah yang lewat",
        "tolong pangkas pohon yang menggantung setinggi kepala",
    ),
    # Gangguan dan Kebisingan
    "musik kafe keras sampai jam tiga pagi, warga tidak bisa tidur": (
        "speaker tempat nongkrong berdentum sampai subuh",
        "live music bar tidak kenal waktu, bayi saya menangis terus",
        "suara bas dari kedai kopi menggetarkan kaca jendela tengah malam",
    ),
    "suara bor dan palu proyek bangunan sampai malam": (
        "kontraktor lembur, bisingnya tidak berhenti lewat jam sepuluh",
        "alat berat konstruksi bekerja hingga larut",
        "tukang di rumah sebelah mengetok terus, kami tidak bisa istirahat",
    ),
    "balap liar motor knalpot brong tengah malam": (
        "anak-anak geng kebut-kebutan dini hari, suaranya memekakkan",
        "jalanan dipakai trek-trekan, knalpotnya berisik sekali",
        "adu kecepatan sepeda motor setiap lewat jam dua belas",
    ),
    # Jaringan Listrik
    "lampu PJU mati, jalan gelap dan rawan begal": (
        "penerangan jalan umum padam, malam hari gelap gulita",
        "tidak ada cahaya sama sekali sesudah magrib, takut dijambret",
        "bohlam tiang jalan tidak menyala, suasananya mencekam",
    ),
    "kabel listrik semrawut dan menjuntai ke bawah": (
        "kabel kusut bergelantungan rendah sekali",
        "untaian kabel hampir menyentuh tanah, bahaya kesetrum",
        "jaringan kabel awut-awutan turun sampai setinggi motor",
    ),
    "lampu jalan kedap kedip sepanjang malam": (
        "PJU-nya nyala padam terus bikin pusing",
        "penerangan berkedip seperti diskotik",
        "bola lampu di tiang sudah lemah, hidup mati hidup mati",
    ),
    "tiang lampu miring hampir roboh": (
        "tiang PJU doyong habis ditabrak truk",
        "penyangga penerangan jalan condong ke arah rumah",
        "besi tiangnya keropos di bawah dan sudah goyang",
    ),
    # Arus Lalu Lintas
    "lampu merah mati, kendaraan semrawut di perempatan": (
        "traffic light tidak berfungsi, semua saling serobot",
        "APILL padam dari tadi, simpang jadi kacau",
        "lampu lalin eror, tidak ada polisi yang mengatur persimpangan",
    ),
    "durasi lampu hijau terlalu cepat, antrean panjang sekali": (
        "hijaunya cuma beberapa detik, mobil mengular",
        "setelan waktu traffic light tidak imbang, satu kali hijau lolos tiga mobil",
        "lampu lalin terlalu singkat untuk arah kami",
    ),
    "macet parah di putaran balik karena pak ogah": (
        "u-turn dikuasai pengatur liar, antrean mengekor",
        "polisi cepek menyetop kendaraan semaunya di tempat memutar",
        "orang yang minta receh di tempat putar bikin lalu lintas terkunci",
    ),
    # PKL Liar
    "PKL menutup trotoar, pejalan kaki harus turun ke jalan": (
        "pedagang menguasai jalur pedestrian, kami jalan di aspal",
        "gerobak makanan memenuhi tempat orang berjalan",
        "lapak dagangan menyerobot hak pejalan, anak saya hampir keserempet",
    ),
    "pedagang kaki lima jualan di atas saluran air": (
        "got ditutup papan untuk berdagang",
        "warung semi permanen berdiri di atas selokan",
        "ada yang buka usaha tepat di atas kali kecil, airnya mampet",
    ),
    "lapak liar makin banyak di depan stasiun bikin macet": (
        "penjual dadakan berjejer di pintu kereta, kendaraan tidak jalan",
        "akses penumpang kereta penuh pedagang",
        "tolong satpol tertibkan dagangan di muka stasiun",
    ),
    "tenda pecel lele makan setengah jalan tiap malam": (
        "warung tenda menggelar meja sampai ke aspal",
        "penjual makanan malam mendirikan terpal di lajur kendaraan",
        "usaha kuliner kaki lima menyempitkan jalan sehabis isya",
    ),
    # Trotoar
    "trotoar rusak dan bolong, bahaya untuk lansia": (
        "jalur pedestrian pecah-pecah, orang tua bisa terperosok",
        "lantai tempat pejalan kaki amblas",
        "keramik trotoar copot menyisakan lubang",
    ),
    "motor parkir berjejer di trotoar": (
        "sepeda motor memenuhi jalur pedestrian",
        "tempat jalan kaki dijadikan parkiran roda dua",
        "pejalan tidak kebagian ruang, semuanya ditempati kendaraan",
    ),
    "trotoar dipakai jualan dan taruh barang dagangan": (
        "toko memajang stok di jalur pejalan kaki",
        "etalase warung maju sampai ke pedestrian",
        "kardus dan rak penjual menghalangi orang lewat",
    ),
    # Reklame/Spanduk
    "turunkan spanduk liar, merusak keindahan kota": (
        "banner promosi ilegal terpasang di mana-mana",
        "kain iklan tanpa izin dibentangkan, kumuh dilihat",
        "mohon copot umbul-umbul yang dipasang sembarangan",
    ),
    "iklan sedot wc ditempel di semua tiang listrik": (
        "stiker jasa memenuhi tiang",
        "selebaran nomor telepon tukang ditempelkan di fasilitas umum",
        "tiang jadi kotor penuh tempelan pamflet",
    ),
    # Saluran Air, Kali/Sungai; Penanganan Banjir; Tutup Saluran
    "saluran air mampet penuh lumpur, kalau hujan meluap": (
        "drainase tersumbat endapan, airnya naik ke jalan",
        "got besar dangkal, minta dikuras",
        "selokan tidak mengalir karena sedimen",
    ),
    "kali dangkal dan penuh sampah perlu dikeruk": (
        "sungai kecil tertutup plastik dan endapan",
        "minta normalisasi, dasarnya sudah tinggi",
        "aliran sungai macet oleh eceng gondok dan styrofoam",
    ),
    "got depan rumah mampet, air comberan meluap ke jalan gang": (
        "selokan RT tersumbat, air hitam menggenangi lorong",
        "parit kecil buntu, bau limbahnya masuk rumah",
        "air pembuangan tidak turun dan tumpah ke gang",
    ),
    "banjir selutut masuk rumah warga, pompa tidak menyala": (
        "air setinggi lima puluh senti merendam permukiman, mesin penyedot mati",
        "kami kebanjiran, petugas pompa tidak ada",
        "rumah-rumah terendam dan perabot hanyut, tolong kirim mobil pompa",
    ),
    "genangan hampir menutupi seluruh jalan sejak semalam": (
        "air belum surut di badan jalan, motor mogok",
        "jalanan seperti kolam, tidak kelihatan aspalnya",
        "rendaman air setinggi mata kaki dari kemarin",
    ),
    "setiap hujan sebentar langsung banjir, tali air tersumbat": (
        "gerimis sedikit saja air sudah naik, lubang pembuangan buntu",
        "inlet ke selokan tertutup tanah jadi airnya menggenang",
        "mulut got ketutup sampah, hujan lima belas menit kebanjiran",
    ),
    "tutup saluran hilang, sudah ada anak terperosok": (
        "penutup got dicuri orang, lubangnya menganga",
        "manhole tidak ada tutupnya, bocah tetangga kecemplung",
        "lubang selokan terbuka tanpa pengaman",
    ),
    # PPSU, Pencemaran Lingkungan
    "rumput liar di pinggir jalan sudah tinggi minta dibersihkan pasukan oranye": (
        "ilalang tumbuh sepinggang, tolong PPSU memangkas",
        "semak belukar menutup tepi jalan, banyak ular",
        "minta dibabat, tanaman liar sudah rimbun",
    ),
    "pembakaran sampah setiap sore, asapnya bikin sesak": (
        "tetangga bakar-bakar plastik, napas jadi berat",
        "kepulan dari tempat pembakaran masuk ke kamar bayi",
        "asap hasil membakar limbah bikin batuk sekampung",
    ),
}

# The families of categories in which two people may mean the same with different categories.
FAMILIES: tuple[frozenset[str], ...] = (
    frozenset({"Jalan", "Parkir Liar", "Trotoar", "Arus Lalu Lintas", "PKL Liar", "Perlengkapan Lalu Lintas"}),
    frozenset(
        {
            "Sampah", "Pekerja Penanganan Prasarana dan Sarana Umum Kelurahan (PPSU)", "Pencemaran Lingkungan",
            "Saluran Air, Kali/Sungai", "Penanganan Banjir", "Tutup Saluran", "Reklame/Spanduk",
        }
    ),
    frozenset({"Jaringan Listrik", "Pohon", "Keluhan Fasilitas Gedung Pemda (sekolah, kantor)"}),
    frozenset({"Gangguan dan Kebisingan", "Perizinan"}),
)  # fmt: skip

# How somebody begins who has seen it before.
AGAIN = (
    "muncul lagi,", "kambuh lagi min,", "dulu sudah dibereskan sekarang terjadi lagi,", "padahal statusnya selesai,",
    "kembali seperti semula,", "", "",
)  # fmt: skip
# How somebody quotes a number.
QUOTES_CLOSED = ("melanjutkan laporan {code},", "laporan {code} katanya selesai,", "buka lagi {code},")
QUOTES_OPEN = ("menanyakan laporan {code},", "laporan saya {code} belum ada tindakan,", "tindak lanjut {code} mana,")

JAM_CLAIMS = (
    "macet total dari tadi, kendaraan tidak bergerak sama sekali",
    "macet parah mengular, satu jam cuma maju seratus meter",
    "lalu lintas terkunci, mobil berhenti semua",
)
