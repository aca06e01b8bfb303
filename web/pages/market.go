package pages

// registerMarket is the half of the site about listings and introductions. Anyone may read what is public; posting wants
// a group.
func (s *Site) registerMarket() {
	s.registerHome()
	s.registerFind()
	s.registerListings()
	s.registerPosting()
	s.registerMine()
	s.registerGoOn()
	s.registerNearly()
	s.registerClearances()
	s.registerIntroductions()
	s.registerRings()
	s.registerConversation()
	s.registerByHand()
	s.registerMailLog()
	s.registerExchanges()
	s.registerOutcomes()
	s.registerFeeds()
	s.registerRenewals()
}
