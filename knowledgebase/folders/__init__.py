"""knowledgebase/folders/: folders of files as articles, and articles as folders of files."""
