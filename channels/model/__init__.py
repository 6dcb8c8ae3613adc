"""channels/model: the language-model provider that the operator has named, if any."""
