package pages

import (
	"maps"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/gin-gonic/gin"
	"golang.org/x/net/html"

	"wherewithal/mail"
	"wherewithal/market"
	"wherewithal/wording"
	"wherewithal/wording/wordingtest"
)

const accented = wordingtest.Accented

// journey is through a country where that language is spoken. Whatever is shown or mailed there is looked at for words of elsewhere, and is
// then read in plain letters: so a story that was written for English is told in another language too.
type journey struct {
	sync.Mutex
	answered map[string]map[int]bool // with which statuses, by route to which something was posted
	mailed   map[market.LetterKind]bool
	told     map[string]bool // what was complained of already
	typed    wordingtest.Typed
	sites    []*house
	routes   []string          // to which something can be posted
	fields   map[string]string // what the fields hold that people write into, by name, on the pages that were seen
}

// abroad is the journey that this test is on; nil at home.
var abroad *journey

func goAbroad(t *testing.T) *journey {
	t.Helper()
	if err := wording.Add(wordingtest.Catalogue(t, os.DirFS("../../wording/"+wording.Default), accented)); err != nil {
		t.Fatal(err)
	}
	abroad = &journey{answered: map[string]map[int]bool{}, mailed: map[market.LetterKind]bool{}, told: map[string]bool{}, fields: map[string]string{}}
	abroad.typed.Add(brought...)
	t.Cleanup(func() {
		abroad = nil
		_ = wording.Add(os.DirFS("../../wording"))
	})
	return abroad
}

// brought is what no form was told: what places, devices and languages are called, and what tests wrote past all forms.
var brought = []string{
	"English", "British English", // what this language and the other are called in themselves
	"© OpenStreetMap contributors",                    // as the site is set up
	"Maze Hill directory", "Lists halls for tenants.", // an outside site
	"250", "5.7.1", "away", "lost", "<script>alert(1)</script> Grüße", // what servers answered
	"Greenwich", "London", "Kent", "Blackheath", "Eltham", "Maze Hill", "SE10", "Firefox", "Android", "Chrome", "Linux",
	"Zqunsent in this browser", "We sing.", "On Thursdays.", "Twi",
	"Church hall", "Warm.", "Folding chairs", "Gazebo", "chair", "gazebo", // what tests posted, and the words that two of it share
	schoolLines, "Chairs, stacking", "Chairs", "chairs", "Trestle tables", "tables", "180 cm", "Whiteboard", "Upright piano", "Wants tuning", "Blue",
	"One of many", "could we see the hall?", "table", "display board", "Mars/Base", // the last, what a form was made to send
	"Bexley", "DA1", "Dartford", "Deptford", "Greenwich Peninsula", "East Greenwich", "Lewisham", "SE13", "SE13 5AB", "SE8",
}

// enters has a site say to journey what it answers.
func (j *journey) enters(h *house) {
	j.sites = append(j.sites, h)
	h.engine.Use(func(c *gin.Context) {
		c.Next()
		if c.Request.Method != http.MethodPost {
			return
		}
		j.Lock()
		defer j.Unlock()
		if j.answered[c.FullPath()] == nil {
			j.answered[c.FullPath()] = map[int]bool{}
		}
		j.answered[c.FullPath()][c.Writer.Status()] = true
	})
}

// language is what browsers ask for there.
func (j *journey) language() string {
	if j == nil {
		return ""
	}
	return accented
}

// reads looks at a page, and answers it in plain letters.
func (j *journey) reads(p page) page {
	p.t.Helper()
	if j == nil || !strings.HasPrefix(p.header.Get("Content-Type"), "text/html") || strings.HasPrefix(p.url.Path, "/dev/") {
		return p
	}
	j.looks(p.house, p.url.Path, p.root)
	j.offers(p.root)
	p.text = wordingtest.Unaccent(p.text)
	root, err := html.Parse(strings.NewReader(p.text))
	if err != nil {
		p.t.Fatal(err)
	}
	p.root = root
	return p
}

// offers notes the fields of a page that people write into.
func (j *journey) offers(root *html.Node) {
	for n := range root.Descendants() {
		switch {
		case n.Data == "textarea" && n.FirstChild != nil:
			j.fields[attribute(n, "name")] = wordingtest.Unaccent(n.FirstChild.Data)
		case n.Data == "textarea", n.Data == "input" && slices.Contains([]string{"", "text", "search", "url"}, attribute(n, "type")):
			j.fields[attribute(n, "name")] = wordingtest.Unaccent(attribute(n, "value"))
		}
	}
}

// types takes what somebody writes into such a field for theirs; what stood in it, and what is chosen, is the site's.
func (j *journey) types(fields url.Values) {
	if j == nil {
		return
	}
	for name, values := range fields {
		if stood, text := j.fields[name]; text {
			for _, v := range values {
				if v != stood {
					title, _, _ := strings.Cut(v, ",") // which is read out of a sentence
					j.typed.Add(v, title)
				}
			}
		}
	}
}

// looks complains of words of elsewhere, once of the same ones.
func (j *journey) looks(h *house, at string, root *html.Node) {
	h.t.Helper()
	for n := range root.Descendants() {
		if lang := attribute(n, "lang"); n.Data == "html" && lang != "" && lang != accented {
			h.t.Errorf("%s is in %s", at, lang)
		}
	}
	for text := range wordingtest.Said(root, accented) {
		j.hears(h, at, text)
	}
}

func (j *journey) hears(h *house, at, text string) {
	h.t.Helper()
	words := strings.Join(j.typed.Foreign(text), " ")
	if words == "" || j.told[words] {
		return
	}
	j.told[words] = true
	h.t.Errorf("%s says of its own %q in %q", at, words, text)
}

// readsMail does the same with a mail.
func (h *house) readsMail(kind market.LetterKind, m mail.Outgoing) mail.Outgoing {
	h.t.Helper()
	if h.abroad == nil {
		return m
	}
	h.abroad.mailed[kind] = true
	at := "a mail of the kind " + string(kind)
	root, err := html.Parse(strings.NewReader(m.HTML))
	if err != nil {
		h.t.Fatal(err)
	}
	h.abroad.looks(h, at, root)
	for _, text := range []string{m.FromName, m.Subject, m.Text} {
		h.abroad.hears(h, at, text)
	}
	m.FromName, m.Subject, m.Text, m.HTML = wordingtest.Unaccent(m.FromName), wordingtest.Unaccent(m.Subject), wordingtest.Unaccent(m.Text), wordingtest.Unaccent(m.HTML)
	return m
}

// stories are tests that are told once more abroad: what they post is done or refused, and they read what follows.
var stories = []struct {
	name  string
	story func(*testing.T)
}{
	{"acts", TestEveryActOfWhoeverLooksAfterIsAnEvent},
	{"first listing", TestAFirstListingIsRefusedAndAppealedAbout},
	{"networks", TestAGroupAsksAndANetworkAnswers},
	{"webhooks", TestWebhooksAreLookedAfterOnTheirPage},
	{"partner", TestAPartnerAsksAConnectorDecidesAndAKeyWorks},
	{"partner faults", TestAPartnerWithFaultsIsNotAskedFor},
	{"outcome", TestWhetherItHappenedIsToldByALinkSignedOut},
	{"mails", TestMailsAreChosenSignedOutByTheLinkAndSignedIn},
	{"times", TestTimesOfOnesOwnAreReadAndFaultsStandBesideThem},
	{"owner", TestTheOnlyOwnerHandsOverBeforeLeaving},
	{"listing", TestAListingIsPausedClosedAndChangedByItsOwnGroup},
	{"address", TestAnAddressIsChangedByALinkOnAPage},
	{"erasure", TestAnAccountIsErasedByALinkOnAPage},
	{"evidence", TestEvidenceIsStatedTakenBackAndRemindedOf},
	{"sessions", TestSessionsEndAndAreFreshAtEachSignIn},
	{"token", TestATokenIsShownOnceAndEnds},
	{"group", TestAGroupIsFoundedChangedAndPaused},
	{"stale form", TestAStaleFormOverwritesNothing},
	{"stale draft", TestTwoDevicesKeepOneDraft},
	{"posted draft", TestAPostedDraftIsGoneForGood},
	{"place", TestATypedPlaceIsConfirmedBeforePosting},
	{"sheet", TestASchoolIsClearedInTheFewestCollections},
	{"ring", TestARingIsAnsweredByLinkAndOnTheSite},
	{"copy", TestACopyOfEverythingIsMadeAndFetched},
	{"block", TestABlockWorksBothWaysAndCanBeTakenBack},
	{"last evening", TestTheLastFreeEveningGoesToOneAndTheOtherIsToldKindly},
	{"stop", TestEitherSideMayStopAndTheOtherLosesTheName},
	{"call off", TestAgreeingOnThePageWithoutJavaScript},
	{"passkeys", TestWhatOpensAnAccountWantsSomebodyWhoHasJustSignedIn},
	{"early no", TestANoBeforeTheGiverWasAskedIsNotToldWhenItBegins},
	{"places", TestPlacesAreConfirmedWhenUnsure},
	{"members", TestAnOwnerGivesAMemberAnotherRoleAndRemovesThem},
	{"account", TestThePageOfAnAccountKeepsNameAndZone},
	{"told yes", TestAYesThatWasToldIsStoppedAndNotTakenBack},
	{"by hand", TestAConnectorRecordsWhatAGroupSaid},
	{"by hand again", TestAConnectorChangesAnAnswerOnAWord},
	{"plan", TestAPlanIsPutToTheNeedsByTheRulesOfProposals},
	{"talk", TestTwoConnectedGroupsWriteToEachOtherOnThePage},
	{"series", TestARunningSeriesIsEndedOnThePage},
	{"go on", TestANeedThatLayTwiceIsLookedForAgain},
	{"complaint", TestWhoIsToLookIsToldOnceADayOfWhatIsNew},
	{"bounce", TestABounceIsShownOnTheSite},
	{"near miss", TestANearMissIsAButtonThatMakesTheChange},
	{"sign out", TestSigningOutLeavesNothingOnTheDevice},
	{"renewed by mail", TestAListingIsRenewedByTheLinkOfALetter},
	{"renewed", TestAListingIsRenewedOnItsPage},
	{"ring refused", TestANoToARingIsNotTold},
	{"one session", TestOneSessionIsEndedFromAnother},
	{"two names", TestFromANeedToTwoNames},
	{"reading", TestReadingASentenceKeepsNothing},
	{"strangers", TestStrangersFindNoIntroduction},
}

// No page says a word of its own, whether it is looked at or answers what was sent: a person who reads another language is spoken to in it
// alone. And wherever a group's own words stand, the page says which language those are in.
func TestEveryWordOfEveryPageComesFromTheCatalogue(t *testing.T) {
	j := goAbroad(t)
	t.Run("pages and what they refuse", func(t *testing.T) { readsAndSpoils(t) })
	for _, s := range stories {
		t.Run(s.name, func(t *testing.T) {
			j.sites = nil
			s.story(t)
			for _, h := range j.sites {
				for _, kind := range h.waiting() {
					h.delivered(kind)
				}
			}
		})
	}
	j.wasEverywhere(t)
}

// wasEverywhere sees that forms were answered at large: of how many routes something was done, and how many refused something.
func (j *journey) wasEverywhere(t *testing.T) {
	t.Helper()
	done, refused := 0, 0
	var never []string
	for _, r := range j.routes {
		statuses := slices.Collect(maps.Keys(j.answered[r]))
		if slices.ContainsFunc(statuses, func(s int) bool { return s < 400 }) {
			done++
		} else {
			never = append(never, r)
		}
		if slices.ContainsFunc(statuses, func(s int) bool { return s >= 400 && s != http.StatusNotFound }) {
			refused++
		}
	}
	t.Logf("of %d routes %d did something and %d refused something; never done: %v; mails of %d kinds", len(j.routes), done, refused, never, len(j.mailed))
	if done < 110 || refused < 54 || len(j.mailed) < 26 {
		t.Error("too little was seen")
	}
}
