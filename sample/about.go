package sample

import (
	"slices"
	"strings"

	"wherewithal/market"
)

// about are the sentences behind an offer's own words: what is there, when, and one practical thing.
func (m *maker) about(p *post) (out []string) {
	if s := featureSentence(p.listing.Has); s != "" {
		out = append(out, s)
	}
	if p.times.phrase != "" && !p.words.asksFor("{when}") {
		out = append(out, "Usually on "+p.times.phrase+".")
	}
	return append(out, pick(m, practical[p.listing.Kind]))
}

var featureWords = map[market.Feature]string{
	market.StepFree: "step-free from the street", market.AccessibleToilet: "an accessible toilet", market.HearingLoop: "a hearing loop",
	market.Parking: "a parking space", market.BabyChanging: "a baby-changing table",
}

func featureSentence(has []market.Feature) string {
	var words []string
	for _, f := range has {
		if f != market.StepFree {
			words = append(words, featureWords[f])
		}
	}
	things := strings.Join(words, ", ")
	if i := strings.LastIndex(things, ", "); i >= 0 {
		things = things[:i] + " and" + things[i+1:]
	}
	switch {
	case contains(has, market.StepFree) && things != "":
		return "Step-free from the street, with " + things + "."
	case contains(has, market.StepFree):
		return "Step-free from the street."
	case things != "":
		return "There is " + things + "."
	}
	return ""
}

var practical = map[string][]string{
	market.Room: {
		"We can show you round first.", "Somebody is there to let you in.", "The buses stop outside.", "There is a cupboard for your things.",
		"Tell us what you would use it for.", "There is room for coats and prams.", "Tea and a kettle are on the shelf.",
		"We would rather it was used than empty.", "Short notice is fine most weeks.", "A trial evening first is no trouble.",
	},
	market.Skill: {
		"We have done this for three other groups.", "No jargon, we promise.", "Say what you have tried already.", "A cup of tea is all we ask.",
		"We can start within a fortnight.", "Happy to come as a pair.", "We like small groups best.", "If we cannot help we will say so.",
	},
	market.Equipment: {
		"Please bring it back clean and dry.", "It needs two people to carry.", "Ask us how it works; there is a trick.", "Sign the book and it is yours.",
		"We check it before and after.", "Best to ask a week ahead.", "Breakages happen; just tell us.", "It has been to a lot of parties.",
	},
}

// wish are the sentences behind a need's own words.
func (m *maker) wish(p *post) (out []string) {
	if contains(p.listing.Requires, market.StepFree) {
		out = append(out, pick(m, []string{"It has to be step-free.", "One of us uses a wheelchair, so no steps please.", "No stairs, if it can be helped: several of us cannot climb them."}))
	}
	if p.times.phrase != "" && !p.words.asksFor("{when}") {
		out = append(out, pick(m, []string{"It is for ", "The day is ", "We have settled on "})+p.times.phrase+".")
	}
	return append(out, pick(m, slices.Concat(thanks[p.listing.Kind], thanks[""])))
}

var thanks = map[string][]string{
	"": {"We are happy to help you with something in return.", "Please ask us anything.", "It would make a real difference to us.",
		"We are a friendly lot.", "We can be flexible about the details.", "Thank you for reading.", "We are good at saying thank you."},
	market.Room: {"We will leave it tidier than we found it.", "We can give you a reference from our last place.", "Somebody reliable will hold the key.",
		"We set up and clear away ourselves.", "There will be cake.", "We are used to sharing."},
	market.Skill: {"Tea and lunch are on us.", "We can work round your hours.", "We learn quickly, and laugh a lot.", "Fares paid, of course.",
		"A beginner at teaching would be welcome too."},
	market.Equipment: {"It will come back clean and dry.", "We can fetch it whenever suits you.", "We have insured borrowed things before.",
		"Somebody reliable will sign for it.", "If anything breaks we will say so and mend it."},
}
