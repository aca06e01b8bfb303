package pages

// registerMarket is the half of the site about listings and introductions: home, find, listing, ask and offer, mine,
// introductions. Anyone may read what is public; posting wants a group.
func (s *Site) registerMarket() {}
