package pages

func (s *Site) registerGroups()  {}
func (s *Site) registerReports() {}
func (s *Site) registerDevMail() {}
func groupPath(id string) string { return "" }
