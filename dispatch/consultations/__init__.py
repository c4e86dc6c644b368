"""Expert consultations (会诊): a question from an order to a person or to whoever holds a skill, and the answers."""
