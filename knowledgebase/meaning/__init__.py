"""knowledgebase/meaning/: texts found by what they mean, where a model for it is installed and switched on."""
