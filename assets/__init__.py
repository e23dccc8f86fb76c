"""One package per domain of the city: complaints, cases, cctv, enforcement, reports."""
