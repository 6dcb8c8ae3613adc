"""knowledgebase/learning/: what the knowledge base lacks, told by what people asked, said and closed."""
