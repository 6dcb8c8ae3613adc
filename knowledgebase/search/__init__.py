"""knowledgebase/search/: texts found for a question: what is indexed, how a question is read, what comes first."""
