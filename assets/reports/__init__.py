"""The weekly congestion report: from forecast, accuracy and data quality to one page."""
