"""knowledgebase/drafting: what a language model is given to draft from, and what is taken of what it writes."""
