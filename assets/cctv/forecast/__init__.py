"""The week ahead and the rolling seven days: trained, forecast, judged and published."""
