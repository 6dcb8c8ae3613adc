"""web/pages/admin/: pages of administration: rules, hours, the theme."""
