"""knowledgebase/contacts/: articles beside contacts: suggested, used, read out and texted."""
