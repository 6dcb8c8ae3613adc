"""knowledgebase/masking/: who and where somebody is, taken out of what was said. Pure."""
