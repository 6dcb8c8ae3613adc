"""knowledgebase/writing/: articles as they are written: their texts, revisions, steps, categories and snippets."""
