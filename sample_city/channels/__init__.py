"""The channels of the sample city: one module each, which ends in the channel's record."""
