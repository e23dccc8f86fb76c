select
    ticket_number,
    source,
    occurred_at,
    article_code,
    vehicle_class,
    device_code,
    latitude,
    longitude,
    kelurahan_code,
    kecamatan_code,
    area_basis,
    received_at,
    is_synthetic
from {{ source('raw', 'tickets') }}
