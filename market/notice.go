package market

// The kinds of letters that are a few sentences and one link.
const (
	InvitationLetter LetterKind = "group_invitation"
	NewContact       LetterKind = "new_contact" // another person now looks after an introduction
	EvidenceEnding   LetterKind = "evidence_ending"
)
