package market

// Viewer is who is asking. Every read takes one, and what one may not see is "not found".
type Viewer struct {
	Person   ID          // none when signed out
	Roles    map[ID]Role // by group
	Networks []ID        // joined by those groups, and those the person looks after
	Connects []ID        // networks that the person looks after
	Held     []ID        // groups whose postings wait for a connector's look
	Boroughs []string    // where those groups have places
	Regions  []string
	Operator bool
	Said     *Consent // who of a group that is not online said what the viewer does for it as a connector, when and how; nil: nobody
	System   bool     // our own jobs: see everything

	Partner ID   // whose key is asked with; none for people
	Within  []ID // networks beyond whose listings nothing is seen; nil: no such bound
	Sandbox bool // a test key: Within is the sandbox
}

// Public is a visitor who has not signed in, a search engine, or a feed.
var Public = Viewer{}

// System is the program itself.
var System = Viewer{System: true}

// SignedIn reports whether the viewer is a person.
func (v Viewer) SignedIn() bool { return v.Person != "" }

// Groups the viewer belongs to.
func (v Viewer) Groups() []ID {
	ids := make([]ID, 0, len(v.Roles))
	for id := range v.Roles {
		ids = append(ids, id)
	}
	return ids
}

// Posts are the groups that the viewer may post and answer for.
func (v Viewer) Posts() []ID {
	var ids []ID
	for id, role := range v.Roles {
		if role.CanPost() {
			ids = append(ids, id)
		}
	}
	return ids
}

// In reports whether the viewer belongs to the group.
func (v Viewer) In(group ID) bool { _, ok := v.Roles[group]; return ok }

// Looks reports whether the viewer looks after the network.
func (v Viewer) Looks(network ID) bool { return contains(v.Connects, network) }

// toldOf reports whether it may be told of a group, which may be an alias, that it is in one of some networks: Group.TellsNetwork.
func (v Viewer) toldOf(alias bool, group ID, networks []ID) bool {
	return !alias || v.In(group) || v.Operator || v.System || overlap(v.Connects, networks)
}

// MustOwn refuses whoever is not an owner of the group; see must.
func (v Viewer) MustOwn(group ID) error { return v.must(group, v.Roles[group] == Owner) }

// MustPost refuses whoever may not post for the group; see must.
func (v Viewer) MustPost(group ID) error { return v.must(group, v.Roles[group].CanPost()) }

// must is nil for who may. ErrForbidden: another role in the group; ErrSignedOut: nobody; ErrNotFound: strangers, who do
// not learn that it is there.
func (v Viewer) must(group ID, may bool) error {
	switch {
	case may:
		return nil
	case v.Roles[group] != "":
		return ErrForbidden
	case !v.SignedIn():
		return ErrSignedOut
	}
	return ErrNotFound
}

// Audience is whom a listing may be shown to, worked out from its circle.
type Audience struct {
	Circle   Circle
	GroupID  ID
	Networks []ID // joined by the group itself, and all that lies below them
	Borough  string
	Region   string
}

// Sees reports whether the viewer may see a listing with this audience: its own group always; otherwise as the
// circle says, a wider circle including every smaller one. Whoever is bound to networks sees only what reaches them.
func (v Viewer) Sees(a Audience) bool {
	if v.Within != nil && !overlap(v.Within, a.Networks) {
		return false
	}
	if v.System || v.Operator || v.In(a.GroupID) || a.Circle == Anyone {
		return true
	}
	switch {
	case overlap(v.Networks, a.Networks):
		return true
	case a.Circle == InBorough:
		return a.Borough != "" && contains(v.Boroughs, a.Borough)
	case a.Circle == InCity:
		return a.Region != "" && contains(v.Regions, a.Region)
	}
	return false
}

func overlap[T comparable](a, b []T) bool {
	for _, x := range a {
		if contains(b, x) {
			return true
		}
	}
	return false
}
