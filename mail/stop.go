package mail

// WithStop is a letter with the link that ends mails of its kind.
func WithStop(k Kind, link string) Kind { return stoppable{Kind: k, link: link} }

type stoppable struct {
	Kind
	link string
}

func (s stoppable) letter(w words) letter {
	l := s.Kind.letter(w)
	if l.Stop = w.stop(s.link); l.StopSays != "" {
		l.Stop.Label = l.StopSays
	}
	return l
}
