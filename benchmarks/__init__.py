"""One module per measured claim: a ratio against a baseline of the same run."""
