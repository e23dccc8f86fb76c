"""Messages that leave the platform: by SMTP, by SMS and over the vendors' APIs."""
