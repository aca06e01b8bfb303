package tongue_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wherewithal/wording/tongue"
)

const hall = "قاعة تتسع 40 شخصا"

func TestWordsOfAnotherLanguageAreMarked(t *testing.T) {
	for _, c := range []struct {
		why, lang, html, want string
		told                  []tongue.Words
	}{
		{"nothing to mark", "en-GB", `<p>A hall — “warm”, £5 &amp; Café</p>`, `<p>A hall — “warm”, £5 &amp; Café</p>`, nil},
		{"by its script, with the blanks and digits within", "en-GB", `<p>Ask for ` + hall + ` (Joan &amp; co)</p>`,
			`<p>Ask for <span lang="ar" dir="rtl">` + hall + `</span> (Joan &amp; co)</p>`, nil},
		{"several scripts", "en-GB", `<li>Хор · আলো · 合唱団のへや</li>`,
			`<li><span lang="ru" dir="ltr">Хор</span> · <span lang="bn" dir="ltr">আলো</span> · <span lang="ja" dir="ltr">合唱団のへや</span></li>`, nil},
		{"vowels go with their letters", "en-GB", `קָפֶה הִ`, `<span lang="he" dir="rtl">קָפֶה הִ</span>`, nil},
		{"what is told, to its last sign", "en-GB", `Yes to “ہال (بڑا) 12!” today`, `Yes to “<span lang="ur" dir="rtl">ہال (بڑا) 12!</span>” today`, []tongue.Words{{"ہال (بڑا) 12!", "ur"}}},
		{"a language that is told names others of its script", "en-GB", `<p>شکریہ</p>`, `<p><span lang="ur" dir="rtl">شکریہ</span></p>`, []tongue.Words{{"ہال", "ur"}}},
		{"in the page's script, and escaped", "en-GB", `<a title="L&#39;art">L&#39;art &amp; nous</a>`, `<a title="L&#39;art"><span lang="fr" dir="ltr">L&#39;art</span> &amp; nous</a>`, []tongue.Words{{"L'art", "fr"}}},
		{"as words, not within one", "en-GB", `party, art, arty, art`, `party, <span lang="fr" dir="ltr">art</span>, arty, <span lang="fr" dir="ltr">art</span>`, []tongue.Words{{"art", "fr"}}},
		{"the longer of two", "en-GB", `la salle verte`, `<span lang="it" dir="ltr">la salle verte</span>`, []tongue.Words{{"la salle", "fr"}, {"la salle verte", "it"}}},
		{"the page's own language, and none", "en-GB", `hall choir`, `hall choir`, []tongue.Words{{"hall", "en-US"}, {"choir", ""}, {"choir", "klingon"}, {"", "fr"}}},
		{"marked already", "en-GB", `<h1 lang="fa" dir="rtl">` + hall + `</h1><p lang="en">` + hall + `</p>`,
			`<h1 lang="fa" dir="rtl">` + hall + `</h1><p lang="en"><span lang="ar" dir="rtl">` + hall + `</span></p>`, nil},
		{"where no span may be", "en-GB", `<title>` + hall + `</title><option>` + hall + `</option><textarea>` + hall + `</textarea><script>"` + hall + `"</script><img alt="` + hall + `"><b>خ</b>`,
			`<title>` + hall + `</title><option>` + hall + `</option><textarea>` + hall + `</textarea><script>"` + hall + `"</script><img alt="` + hall + `"><b><span lang="ar" dir="rtl">خ</span></b>`, nil},
		{"a page that is written so itself", "ar", `<p>` + hall + ` SE10 Хор</p>`, `<p>` + hall + ` SE10 <span lang="ru" dir="ltr">Хор</span></p>`, nil},
		{"a part of a page, with ends that it never began", "en-GB", `</p></div>خ<br>خ</b>`, `</p></div><span lang="ar" dir="rtl">خ</span><br><span lang="ar" dir="rtl">خ</span></b>`, nil},
	} {
		if diff := cmp.Diff(c.want, string(tongue.Mark([]byte(c.html), c.lang, c.told...))); diff != "" {
			t.Errorf("%s: %s", c.why, diff)
		}
	}
}

// Letters say which of the languages that somebody speaks a text is in, as far as they can.
func TestTheLanguageOfWordsIsOneThatTheirWriterSpeaks(t *testing.T) {
	for _, c := range []struct {
		text, spoken, want string
	}{
		{"ہم ہر جمعرات کو گاتے ہیں", "Somali, Urdu, Arabic", "ur"},
		{"ہم ہر جمعرات کو گاتے ہیں", "English, Polish", ""},
		{"Mówimy po polsku", "Urdu, Polish", "pl"},
		{"Mówimy po polsku", "polski", "pl"},
		{"We sing on Thursdays", "Somali, English", "en"},
		{"We sing on Thursdays", "pt-BR", "pt-BR"},
		{"Choir خخخ we sing", "Arabic, Polish", "pl"}, // most of it
		{"毎週木曜日にうたいます", "Chinese, Japanese", "ja"},
		{"星期四唱歌", "zh-Hant, Japanese", "zh-Hant"},
		{"020 7946", "Polish", ""},
		{"Wo ye", "Ga", ""},
		{"Wo ye", "klingon, whatever we like", ""},
		{"Wo ye", "", ""},
	} {
		if got := tongue.Of(c.text, strings.Split(c.spoken, ", ")...); got != c.want {
			t.Errorf("%q of who speaks %s: %q, want %q", c.text, c.spoken, got, c.want)
		}
	}
}

// Whatever people write, it stays text, and a page that is marked again stays as it is.
func FuzzWordsStayWords(f *testing.F) {
	f.Add("<b>"+hall+"</b>", "хор")
	f.Add("a&amp;b&lt;script&gt;خ", "&lt;")
	f.Fuzz(func(t *testing.T, page, title string) {
		once := tongue.Mark([]byte(page), "en-GB", tongue.Words{Text: title, Lang: "ar"})
		if strings.Count(string(once), "<") != strings.Count(page, "<")+2*strings.Count(string(once), `<span lang="`) && !strings.Contains(page, "<") {
			t.Errorf("%q became %q", page, once)
		}
		if twice := tongue.Mark(once, "en-GB", tongue.Words{Text: title, Lang: "ar"}); string(twice) != string(once) && !strings.Contains(page, "<") {
			t.Errorf("%q became %q", once, twice)
		}
	})
}
