"""Assets: the boxes at customers' sites and in stock, where each was when, and until when somebody else pays for it."""
