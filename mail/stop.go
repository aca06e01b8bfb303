package mail

// WithStop is a letter of an optional kind with the link that ends mails of its kind. Others come back as they are.
func WithStop(k Kind, link string) Kind {
	switch m := k.(type) {
	case PossibleMatch:
		m.Stop = link
		return m
	case SomeoneWouldLike:
		m.Stop = link
		return m
	case NotThisTime:
		m.Stop = link
		return m
	case Message:
		m.Stop = link
		return m
	}
	return k
}
