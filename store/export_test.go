package store

// Backlogged is what Backlog asks, for a test of how it is answered.
const Backlogged = backlog

// Where is the condition of a page of the log of mails.
func (p MailPage) Where() string {
	which, _ := p.where()
	return which
}
