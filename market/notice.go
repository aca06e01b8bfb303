package market

// The kinds of letters that are a few sentences and one link.
const (
	InvitationLetter  LetterKind = "group_invitation"
	NewContact        LetterKind = "new_contact" // another person now looks after an introduction
	EvidenceEnding    LetterKind = "evidence_ending"
	NetworkInvitation LetterKind = "network_invitation" // networks ask a group to join
	JoinRequest       LetterKind = "join_request"       // groups and networks wait for a network's answer
	NetworkAnswer     LetterKind = "network_answer"     // a network has let a group in
)
