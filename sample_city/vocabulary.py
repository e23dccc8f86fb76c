"""What citizens write about each CRM category, in the words that they use.

Belongs here: phrases by category, with the agency where the category's usual one is wrong.
Does not belong here: how a phrase becomes a message (wording.py).

Phrases name no kelurahan or kecamatan, but do use words that are names of some (baru, tengah, pasar baru):
whoever looks for a place in a text has to tell them apart.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Phrase:
    """A problem in a citizen's words.

    Attributes:
        text: Indonesian, without a place.
        skpd_code: The agency that handles just this; None where it is the category's usual one.
    """

    text: str
    skpd_code: str | None = None


_BINA_MARGA = "dinas_bina_marga"
_DISHUB = "dinas_perhubungan"
_KELURAHAN = "kelurahan"
_SATPOL_PP = "satpol_pp"
_AIR = "dinas_sumber_daya_air"
_TAMAN = "dinas_pertamanan_dan_hutan_kota"


def _usual(*texts: str) -> tuple[Phrase, ...]:
    return tuple(Phrase(text) for text in texts)


PHRASES: Mapping[str, tuple[Phrase, ...]] = {
    "Jalan": (
        Phrase("jalan berlubang cukup dalam, sudah ada motor yang jatuh", _BINA_MARGA),
        Phrase("aspal rusak dan bergelombang membahayakan pengendara", _BINA_MARGA),
        Phrase("jalan amblas di tengah, sangat membahayakan pengguna jalan", _BINA_MARGA),
        Phrase("tambalan jalan baru sebulan sudah hancur lagi", _BINA_MARGA),
        Phrase("banyak motor lawan arah dari pagi, hampir tabrakan dengan pejalan kaki", _DISHUB),
        Phrase("mobil parkir sembarangan di bahu jalan bikin macet", _DISHUB),
        Phrase("jalan lingkungan warga rusak dan becek kalau hujan", _KELURAHAN),
        Phrase("conblock gang warga pada lepas, orang tua sering tersandung", _KELURAHAN),
    ),
    "Parkir Liar": (
        *_usual(
            "parkir liar di badan jalan, jalan jadi sempit",
            "mobil parkir berlapis depan ruko setiap sore",
            "juru parkir liar minta sepuluh ribu dan maksa",
            "truk parkir bermalam di pinggir jalan, lampu tidak ada",
            "ojek online mangkal dan parkir di bahu jalan tiap hari",
        ),
        Phrase("mobil warga parkir di jalan gang, ambulans tidak bisa masuk", _KELURAHAN),
    ),
    "Sampah": (
        *_usual(
            "sampah menumpuk sudah tidak diangkut, baunya menyengat",
            "ada yang buang sampah sembarangan di lahan kosong",
            "puing bekas bangunan dibuang di pinggir jalan",
            "gerobak sampah tidak pernah lewat, tempat sampah warga penuh",
            "sampah sisa penebangan tidak ada yang bersihkan",
        ),
        Phrase("spanduk bekas kampanye berserakan di pinggir jalan", _SATPOL_PP),
    ),
    "Pohon": _usual(
        "pohon besar sudah miring dan keropos, rawan tumbang",
        "mohon topping pohon, dahannya menutupi lampu jalan",
        "pohon tumbang menutup setengah jalan",
        "ranting pohon kena kabel listrik, takut korslet kalau hujan",
        "dahan pohon menjuntai kena kepala pejalan kaki",
    ),
    "Keluhan Fasilitas Gedung Pemda (sekolah, kantor)": (
        *_usual(
            "atap sekolah bocor, anak-anak belajar kehujanan",
            "toilet kantor pelayanan kotor dan airnya mati",
            "pagar sekolah negeri hampir roboh",
            "lift gedung pemda rusak, lansia harus naik tangga",
        ),
        Phrase("lampu penerangan jalan mati total kalau malam gelap gulita", _BINA_MARGA),
        Phrase("coretan liar di tembok fasilitas umum", _KELURAHAN),
    ),
    "Gangguan dan Kebisingan": (
        *_usual(
            "musik kafe keras sampai jam tiga pagi, warga tidak bisa tidur",
            "suara bor dan palu proyek bangunan sampai malam",
            "anak muda nongkrong sambil teriak teriak tiap malam minggu",
            "bau dan asap bengkel cat masuk ke rumah warga",
        ),
        Phrase("balap liar motor knalpot brong tengah malam", _SATPOL_PP),
    ),
    "Jaringan Listrik": _usual(
        "lampu PJU mati, jalan gelap dan rawan begal",
        "kabel listrik semrawut dan menjuntai ke bawah",
        "lampu jalan kedap kedip sepanjang malam",
        "tiang lampu miring hampir roboh",
        "lampu jalan menyala terus siang hari, boros",
    ),
    "Arus Lalu Lintas": (
        Phrase("lampu merah mati, kendaraan semrawut di perempatan", _DISHUB),
        Phrase("durasi lampu hijau terlalu cepat, antrean panjang sekali", _DISHUB),
        Phrase("kendaraan lawan arah tiap pagi tidak ada petugas", _DISHUB),
        Phrase("macet parah di putaran balik karena pak ogah", _DISHUB),
        Phrase("barier zebra cross rusak, motor naik semua", _BINA_MARGA),
    ),
    "PKL Liar": _usual(
        "PKL menutup trotoar, pejalan kaki harus turun ke jalan",
        "pedagang kaki lima jualan di atas saluran air",
        "lapak liar makin banyak di depan stasiun bikin macet",
        "tenda pecel lele makan setengah jalan tiap malam",
    ),
    "Trotoar": (
        Phrase("trotoar rusak dan bolong, bahaya untuk lansia", _BINA_MARGA),
        Phrase("ubin pemandu tunanetra lepas dan hilang", _BINA_MARGA),
        Phrase("motor parkir berjejer di trotoar", _DISHUB),
        Phrase("trotoar dipakai jualan dan taruh barang dagangan", _SATPOL_PP),
    ),
    "Transportasi Publik": _usual(
        "bus transjakarta lama sekali, menunggu hampir satu jam",
        "jaklingko ugal ugalan dan tidak mau berhenti di halte",
        "toilet halte kering dan tidak ada tisu",
        "kartu tidak bisa tap out di halte, saldo terpotong dua kali",
    ),
    "Tata Ruang dan Bangunan": _usual(
        "bangunan empat lantai diduga tidak punya izin PBG",
        "rumah kos dibangun melewati garis sempadan",
        "proyek bangunan retakkan tembok rumah tetangga",
        "bangunan liar berdiri di atas saluran penghubung",
    ),
    "Reklame/Spanduk": _usual(
        "turunkan spanduk liar, merusak keindahan kota",
        "banner partai dipaku di pohon",
        "baliho roboh ke arah jalan, takut menimpa orang",
        "iklan sedot wc ditempel di semua tiang listrik",
    ),
    "Saluran Air, Kali/Sungai": (
        Phrase("saluran air mampet penuh lumpur, kalau hujan meluap", _AIR),
        Phrase("kali dangkal dan penuh sampah perlu dikeruk", _AIR),
        Phrase("turap kali longsor, rumah warga terancam", _AIR),
        Phrase("got depan rumah mampet, air comberan meluap ke jalan gang", _KELURAHAN),
    ),
    "Perlengkapan Lalu Lintas": _usual(
        "rambu dilarang parkir hilang",
        "cermin tikungan pecah, sering hampir tabrakan",
        "marka jalan sudah pudar tidak kelihatan malam hari",
        "pita kejut terlalu tinggi bikin mobil gasruk",
    ),
    "Perizinan": _usual(
        "kafe buka 24 jam apakah ada izinnya",
        "gudang di tengah permukiman diduga belum punya izin",
        "izin usaha saya belum keluar padahal berkas lengkap",
    ),
    "Kawasan Dilarang Merokok": _usual(
        "puntung rokok di kawasan dilarang merokok",
        "pegawai merokok di dalam ruang pelayanan",
        "iklan rokok dipasang di luar warung dekat sekolah",
    ),
    "Keluhan Pelayanan": _usual(
        "petugas loket tidak ramah dan saling lempar",
        "antre dari jam tujuh baru dilayani jam sebelas",
        "telepon layanan tidak pernah diangkat",
    ),
    "Pekerja Penanganan Prasarana dan Sarana Umum Kelurahan (PPSU)": _usual(
        "rumput liar di pinggir jalan sudah tinggi minta dibersihkan pasukan oranye",
        "jalur jalan kotor banyak daun dan tanah, sudah lama tidak disapu",
        "petugas PPSU duduk duduk saja padahal got penuh sampah",
    ),
    "Penanganan Banjir": (
        Phrase("banjir selutut masuk rumah warga, pompa tidak menyala", _AIR),
        Phrase("genangan hampir menutupi seluruh jalan sejak semalam", _AIR),
        Phrase("setiap hujan sebentar langsung banjir, tali air tersumbat", _KELURAHAN),
    ),
    "Pencemaran Lingkungan": _usual(
        "pembakaran sampah setiap sore, asapnya bikin sesak",
        "limbah laundry dibuang ke got warga, berbusa dan bau",
        "asap pabrik hitam pekat tiap subuh",
    ),
    "Jembatan/JPO/Halte": _usual(
        "lantai JPO bolong dan pagarnya karatan",
        "lampu JPO mati semua, perempuan takut lewat",
        "atap halte bocor kalau hujan",
    ),
    "Taman": _usual(
        "ayunan di taman putus dan berbahaya untuk anak",
        "taman tidak terawat, tanaman mati semua",
        "lampu taman mati, jadi tempat mesum",
    ),
    "Tutup Saluran": _usual(
        "tutup saluran hilang, sudah ada anak terperosok",
        "grill got patah dan bunyi kalau dilewati mobil",
    ),
    "Jaringan/Menara Telekomunikasi": _usual(
        "kabel fiber optik putus menjuntai menghalangi pagar",
        "tiang provider baru dipasang tanpa izin warga",
        "gulungan kabel internet semrawut rendah sekali",
    ),
    "PDAM/PAM": _usual(
        "air PAM mati sejak kemarin, anak kecil belum mandi",
        "air PAM keruh dan bau lumpur",
        "pipa PAM bocor, air terbuang ke jalan",
    ),
    "PMKS (Penyandang Masalah Kesejahteraan Sosial)": _usual(
        "ada ODGJ mengamuk dan lempar batu ke warga",
        "pengemis bawa bayi di lampu merah setiap hari",
        "orang terlantar tidur di emperan, terlihat sakit",
    ),
    "Fasilitasi Kerjasama/Kolaborasi Pemda DKI": _usual(
        "kami komunitas ingin kerja sama kegiatan bank sampah, belum ada jawaban",
        "proposal kolaborasi kegiatan pemuda tidak direspon",
    ),
    "Pelayanan Kesehatan": _usual(
        "puskesmas tutup padahal masih jam layanan",
        "antrean poli gigi puskesmas habis sejak subuh",
        "ambulans tidak datang setelah ditelepon satu jam",
    ),
    "Pungutan Liar": _usual(
        "diminta uang keamanan lima puluh ribu tiap bulan tanpa kuitansi",
        "oknum minta uang untuk surat pengantar",
    ),
    "Keluhan Galian/Sisa Proyek": _usual(
        "galian kabel tidak dirapikan, tanahnya licin kalau hujan",
        "sisa proyek saluran dibiarkan menumpuk di pinggir jalan",
    ),
    "Bantuan Sosial": _usual(
        "bansos tetangga yang mampu dapat, janda miskin tidak dapat",
        "KJP anak saya belum cair dua bulan",
        "kartu lansia belum bisa dipakai di ATM",
    ),
    "Hubungan Kepegawaian": _usual(
        "gaji tenaga honorer belum dibayar",
        "pegawai sering tidak masuk tapi absensi hadir",
    ),
    "Penanganan Kebakaran": _usual(
        "hidran kering dan tertutup lapak",
        "ada bekas kebakaran, puing masih berasap",
    ),
    "Batas Wilayah": _usual(
        "jalan perbatasan tidak ada yang mau memperbaiki, dua wilayah saling lempar",
        "patok batas RW hilang",
    ),
    "TPU (Tempat Pemakaman Umum)": _usual(
        "makam tidak terawat, rumput setinggi lutut",
        "diminta biaya gali makam padahal katanya gratis",
    ),
    "Konflik Sosial": _usual(
        "tawuran remaja tiap malam bawa senjata tajam",
        "ribut antar warga soal portal jalan",
    ),
    "Perdagangan/UMKM": _usual(
        "binaan UMKM jakpreneur tidak pernah dipanggil pelatihan",
        "harga sewa kios naik dua kali lipat tanpa pemberitahuan",
    ),
    "Fasilitas dan Layanan Olahraga": _usual(
        "lapangan futsal umum dikunci terus",
        "jogging track rusak dan becek",
    ),
    "Pajak Bumi dan Bangunan (PBB)/BPHTB": _usual(
        "tagihan PBB naik tiga kali lipat, minta penjelasan",
        "sudah bayar PBB tapi masih ada tunggakan",
    ),
    "Satwa Liar": _usual(
        "ada ular sanca masuk rumah warga",
        "monyet lepas mengganggu anak sekolah",
        "anjing liar berkeliaran dan menggigit",
    ),
    "Lembaga/Organisasi Kemasyarakatan": _usual(
        "pemilihan ketua RT tidak terbuka",
        "ormas mendirikan posko di atas trotoar",
    ),
    "Demam Berdarah Dengue (DBD)": _usual(
        "tiga anak kena demam berdarah, minta fogging",
        "rumah kosong banyak jentik nyamuk",
    ),
    "Rusun/Hunian Vertikal": _usual(
        "lift rusunawa mati sudah seminggu",
        "air rusun kecil dari lantai sepuluh ke atas",
    ),
    "Jak Wifi": _usual("jakwifi mati, anak tidak bisa belajar", "sinyal jakwifi ada tapi tidak bisa internet"),
    "Perlindungan Korban Tindak Kekerasan": _usual(
        "ada tetangga memukul istri dan anaknya, tolong dibantu",
        "anak dikeroyok teman, butuh pendampingan",
    ),
    "Lokasi PKL Binaan": _usual("lokbin sepi dan atapnya bocor", "kios lokbin disewakan lagi ke orang lain"),
    "Pertanahan": _usual("sertifikat PTSL belum jadi sejak tahun lalu", "lahan fasum diklaim perorangan"),
    "Hubungan Pekerja-Pengusaha": _usual("upah di bawah UMP dan lembur tidak dibayar", "di-PHK tanpa pesangon"),
    "BPJS Kesehatan/KIS": _usual("KIS tiba tiba tidak aktif saat mau berobat", "pindah faskes ditolak terus"),
    "KTP-el": _usual("blangko KTP habis terus, sudah tiga kali datang", "KTP hilang, diminta bolak balik"),
    "Kegiatan dan Kurikulum Pendidikan": _usual("study tour wajib bayar mahal", "sekolah pulang terlalu sore"),
    "RPTRA": _usual("RPTRA tutup terus, anak main di jalan", "perosotan RPTRA pecah dan tajam"),
    "Perpustakaan dan Kearsipan": _usual("AC perpustakaan mati dan panas", "buku perpustakaan tidak bisa dipinjam"),
    "Perilaku Peserta Didik": _usual("pelajar bolos dan merokok di warung", "siswa tawuran pulang sekolah"),
    "Tempat Wisata": _usual("tiket wisata online sudah bayar tapi ditolak", "toilet tempat wisata jorok"),
    "Layanan Administrasi Kependudukan Orang Asing": _usual("pengurusan SKTT orang asing tidak ada kejelasan"),
    "Guru/Pendidik dan Tenaga Kependidikan": _usual("guru sering tidak hadir, murid disuruh mencatat saja"),
    "Orang Hilang": _usual("kakek saya hilang sejak subuh, pakai sarung kotak", "anak belum pulang sejak kemarin"),
    "Koperasi": _usual("uang simpanan koperasi tidak bisa diambil"),
    "Layanan Administrasi Kependudukan": _usual("akta lahir salah nama dan minta perbaikan dipersulit"),
    "PAUD (Pendidikan Anak Usia Dini)": _usual("gedung PAUD atapnya hampir ambruk"),
    "Kegiatan Seni dan Budaya": _usual("sanggar tari minta tempat latihan, tidak ada jawaban"),
    "Keluhan Bahan Pokok": _usual("harga beras naik terus, pangan murah selalu kehabisan"),
    "Pendaftaran (PPDB)": _usual("akun PPDB tidak bisa dibuka, besok sudah tutup"),
    "Pengolahan Ikan": _usual("limbah pengolahan ikan bau amis menyengat"),
    "Rumah Potong Hewan": _usual("pemotongan hewan buang darah ke selokan warga"),
    "Sanitasi dan Kesehatan Pangan": _usual("dapur katering kotor banyak tikus, beberapa orang mual"),
}

OPENINGS = (
    "", "", "", "", "Min,", "Selamat pagi,", "Selamat siang,", "Mohon bantuannya,", "Yth. Bapak/Ibu,", "Tolong,",
    "Assalamualaikum,", "Izin melapor,", "Mau lapor,", "Butuh segera ditindaklanjuti karena", "Ada pelanggaran,",
)  # fmt: skip

DETAILS = (
    "", "", "", "sudah {n} hari", "sudah {n} minggu", "sudah {n} bulan tidak ada perbaikan", "sejak tadi malam",
    "setiap hari jam {h}", "kejadian berulang-ulang", "mengganggu warga sekitar", "bikin macet panjang",
    "membahayakan anak sekolah", "sudah {n}x lapor pasti kembali lagi", "warga sudah resah",
    "pak RT tidak peduli", "takut ada korban", "tadi sekitar jam {h}", "katanya mau dibereskan tapi belum juga",
)  # fmt: skip

PLEAS = (
    "", "", "", "Mohon segera ditindaklanjuti.", "Terima kasih.", "tolong tl", "mohon penertiban", "Trims",
    "Harap segera di TL jangan asal hijau", "mohon diperbaiki", "Segera tindak lanjuti masalah", "makasih min",
    "Mohon dicek petugas ke lokasi, terima kasih.", "tolong jangan dibiarkan",
)  # fmt: skip

PLEAS_WITHOUT_PROBLEM = (
    "tolong",
    "min",
    "mohon ditindaklanjuti",
    "segera tl",
    "halo min",
    "tes",
    "mohon bantuannya",
)

STREETS = (
    "Mawar", "Anggrek", "Dahlia", "Flamboyan", "Teratai", "Kamboja", "Kenanga", "Cempaka Wangi", "Bougenville",
    "Kemuning", "Sedap Malam", "Aster", "Nusa Indah", "Soka", "Tulip", "Alamanda", "Lavender", "Asoka", "Bakung",
    "Seroja", "Swadaya", "Bhakti", "Merpati", "Rajawali", "Nuri", "Merak", "Cendrawasih", "Kutilang", "Gelatik",
    "Jalak", "Kepodang", "Perkutut", "Kasuari", "Garuda Mas", "Elang Laut", "Bangau", "Camar", "Kakatua", "Walet",
    "Murai", "Delima", "Belimbing", "Rambai", "Sawo Kecik", "Srikaya", "Kedondong", "Nangka", "Sirsak", "Manggis",
    "Kecapi", "Jambu Air", "Apel", "Salak", "Markisa", "Melon", "Beringin", "Cemara", "Akasia", "Mahoni", "Trembesi",
    "Ketapang", "Pinus", "Meranti", "Damar", "Kelengkeng", "Bambu Kuning", "Randu", "Waru", "Angsana", "Pelopor",
    "Gotong Royong", "Musyawarah", "Al Ikhlas", "Al Hidayah", "Al Falah", "An Nur", "Baitussalam", "Inpres",
    "Pancawarga", "Buntu", "Sumber Waras", "Pertanian", "Penerangan", "Karya Bakti", "Swakarsa", "Tunas Harapan",
    "Bina Warga", "Harapan Jaya", "Sejahtera", "Makmur", "Rukun Damai", "Gembira", "Arjuna", "Bima", "Nakula",
    "Sadewa", "Srikandi", "Gatotkaca", "Yudistira", "Kresna", "Abimanyu", "Antasena", "Semeru", "Merbabu", "Rinjani",
    "Kerinci", "Krakatau", "Galunggung", "Lawu", "Serayu", "Brantas", "Mahakam", "Kapuas", "Musi", "Batanghari",
    "Cimanuk", "Safir", "Zamrud", "Mutiara", "Intan Permata", "Topas", "Pualam", "Kuarsa", "Komputer", "Elektro",
    "Telkom", "Gizi", "Percetakan", "Perintis", "Veteran Lama", "Pejuang", "Wiraguna", "Satria", "Taruna",
    "Pramuka Ujung", "Kelinci", "Kijang", "Rusa", "Menjangan", "Banteng", "Gajah", "Zebra", "Kancil", "Mujair",
    "Gurame", "Bandeng", "Lele", "Cumi",
)  # fmt: skip

LANDMARKS = (
    "depan minimarket", "dekat pos RW", "sebelah masjid", "depan sekolah", "samping warung", "dekat jembatan kecil",
    "arah stasiun", "dekat halte", "depan bengkel", "belakang ruko", "sekitar pertigaan", "dekat pasar",
)  # fmt: skip

SHORT_FORMS: Mapping[str, str] = {
    "yang": "yg", "tidak": "tdk", "dengan": "dgn", "sudah": "sdh", "mohon": "mhn", "tolong": "tlg", "jalan": "jln",
    "karena": "krn", "banyak": "bnyk", "depan": "dpn", "untuk": "utk", "dan": "&", "segera": "sgra", "dari": "dr",
    "sampai": "smp", "setiap": "tiap", "terima": "trima", "saja": "aja", "orang": "org", "belum": "blm",
}  # fmt: skip
