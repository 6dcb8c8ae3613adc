"""web/reports: printers of reports. Each shows the same `Report`; none of them computes."""
