"""web/pages/complaints/: the register of complaints and the page of one."""
