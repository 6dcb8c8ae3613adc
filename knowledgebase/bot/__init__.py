"""knowledgebase/bot/: the automatic assistant of the chat."""
