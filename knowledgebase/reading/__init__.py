"""knowledgebase/reading/: articles as they are read: shown, listed, rated, and what was asked."""
