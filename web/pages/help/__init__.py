"""web/pages/help/: the help centre, its contact form, and the sign-in of customers."""
