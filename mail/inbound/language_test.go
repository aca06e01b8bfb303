package inbound_test

import (
	"strings"
	"testing"

	"wherewithal/mail/inbound"
)

// What is quoted is told from what was written in each language that ADR 0010 names: by a copied header with
// an address or a date, and by the line before a quote. Words stand right above both.
func TestQuotesAreKnownInTheLanguagesThatTheADRNames(t *testing.T) {
	for language, c := range map[string]struct {
		words  string // of the writer; no language's copied header makes them one
		header string
		wrote  string
	}{
		"English":               {"Yes please.\nFrom: 6pm\nTo: 9pm", "From: Jo\nSent: 3 March 2026 10:02\nTo: Ama\nSubject: Hall", "On Tue, 3 Mar 2026 at 10:02, Jo wrote:"},
		"French":                {"Oui, merci.\nDe : 18 h\nÀ : 21 h", "De : Jo\nEnvoyé : mardi 3 mars 2026 10:02\nÀ : Ama\nObjet : Salle", "Le mar. 3 mars 2026 à 10:02, Jo a écrit :"},
		"German":                {"Ja, gern.\nVon: 18 Uhr\nAn: der Tür", "Von: Jo\nGesendet: Dienstag, 3. März 2026 10:02\nAn: Ama\nBetreff: Saal", "Am Di., 3. März 2026 um 10:02 Uhr schrieb Jo:"},
		"Italian":               {"Sì, grazie.\nDa: lunedì\nA: venerdì", "Da: Jo\nInviato: martedì 3 marzo 2026 10:02\nA: Ama\nOggetto: Sala", "Il giorno mar 3 mar 2026 alle ore 10:02 Jo ha scritto:"},
		"Welsh":                 {"Ie, diolch.\nOddi wrth: y côr", "Oddi wrth: Jo\nAnfonwyd: 3 Mawrth 2026 10:02\nAt: Ama\nPwnc: Neuadd", "Ar 3 Mawrth 2026 am 10:02, ysgrifennodd Jo:"},
		"Polish":                {"Tak, chętnie.\nOd: 18.00\nDo: 21.00", "Od: Jo\nWysłano: wtorek, 3 marca 2026 10:02\nDo: Ama\nTemat: Sala", "wt., 3 mar 2026 o 10:02 Jo napisał(a):"},
		"Dutch":                 {"Ja graag.\nVan: zes uur\nAan: de deur", "Van: Jo\nVerzonden: dinsdag 3 maart 2026 10:02\nAan: Ama\nOnderwerp: Zaal", "Op di 3 mrt 2026 om 10:02 schreef Jo:"},
		"Turkish":               {"Evet, lütfen.\nKonu: salon", "Kimden: Jo\nGönderildi: 3 Mart 2026 Salı 10:02\nKime: Ama\nKonu: Salon", "Jo, 3 Mar 2026 Sal, 10:02 tarihinde şunu yazdı:"},
		"Turkish 2":             {"Evet, lütfen.\nKime: koroya", "Kimden: Jo\nGönderme tarihi: 3 Mart 2026 10:02\nKime: Ama\nKonu: Salon", "Jo şunları yazdı (3 Mar 2026 10:02):"},
		"Spanish":               {"Sí, gracias.\nDe: seis\nPara: nueve", "De: Jo\nEnviado: martes, 3 de marzo de 2026 10:02\nPara: Ama\nAsunto: Sala", "El mar, 3 mar 2026 a las 10:02, Jo escribió:"},
		"Portuguese":            {"Sim, por favor.\nDe: seis\nPara: nove", "De: Jo\nEnviada em: terça-feira, 3 de março de 2026 10:02\nPara: Ama\nAssunto: Sala", "Jo escreveu (terça, 3/03/2026 à(s) 10:02):"},
		"Romanian":              {"Da, mulțumesc.\nDe la: șase\nCătre: nouă", "De la: Jo\nTrimis: marți, 3 martie 2026 10:02\nCătre: Ama\nSubiect: Sala", "În mar., 3 mar. 2026 la 10:02, Jo a scris:"},
		"Swedish":               {"Ja tack.\nFrån: sex\nTill: nio", "Från: Jo\nSkickat: den 3 mars 2026 10:02\nTill: Ama\nÄmne: Sal", "Den tis 3 mars 2026 kl 10:02 skrev Jo:"},
		"Danish":                {"Ja tak.\nFra: seks\nTil: ni", "Fra: Jo\nSendt: 3. marts 2026 10:02\nTil: Ama\nEmne: Sal", "Den tirs. 3. mar. 2026 kl. 10.02 skrev Jo:"},
		"Norwegian":             {"Ja takk.\nFra: seks\nTil: ni", "Fra: Jo\nSendt: tirsdag 3. mars 2026 10:02\nTil: Ama\nEmne: Sal", "tir. 3. mars 2026 kl. 10:02 skrev Jo:"},
		"Finnish":               {"Kyllä kiitos.\nAihe: sali", "Lähettäjä: Jo\nLähetetty: tiistai 3. maaliskuuta 2026 10.02\nVastaanottaja: Ama\nAihe: Sali", "ti 3. maalisk. 2026 klo 10.02 Jo kirjoitti:"},
		"Czech":                 {"Ano, prosím.\nOd: šesti\nKomu: sboru", "Od: Jo\nOdesláno: úterý 3. března 2026 10:02\nKomu: Ama\nPředmět: Sál", "út 3. 3. 2026 v 10:02 odesílatel Jo napsal:"},
		"Hungarian":             {"Igen, kérjük.\nTárgy: terem", "Feladó: Jo\nElküldve: 2026. március 3., kedd 10:02\nCímzett: Ama\nTárgy: Terem", "Jo ezt írta (időpont: 2026. márc. 3., K, 10:02):"},
		"Lithuanian":            {"Taip, prašau.\nNuo: šešių\nKam: chorui", "Nuo: Jo\nIšsiųsta: 2026 m. kovo 3 d. 10:02\nKam: Ama\nTema: Salė", "2026-03-03, an, 10:02 Jo rašė:"},
		"Greek":                 {"Ναι, παρακαλώ.\nΑπό: έξι\nΠρος: εννέα", "Από: Jo\nΣτάλθηκε: Τρίτη, 3 Μαρτίου 2026 10:02\nΠρος: Ama\nΘέμα: Αίθουσα", "Στις Τρί 3 Μαρ 2026 στις 10:02 π.μ., ο χρήστης Jo έγραψε:"},
		"Russian":               {"Да, пожалуйста.\nОт: хора\nКому: залу", "От: Jo\nОтправлено: вторник, 3 марта 2026 г. 10:02\nКому: Ama\nТема: Зал", "вт, 3 мар. 2026 г. в 10:02, Jo <hall@reply.example>:"},
		"Ukrainian":             {"Так, будь ласка.\nВід: хору\nКому: залі", "Від: Jo\nНадіслано: вівторок, 3 березня 2026 р. 10:02\nКому: Ama\nТема: Зала", "вт, 3 бер. 2026 р. о 10:02 Jo пише:"},
		"Bulgarian":             {"Да, моля.\nОт: шест\nДо: девет", "От: Jo\nИзпратено: вторник, 3 март 2026 г. 10:02\nДо: Ama\nОтносно: Зала", "На вт, 3.03.2026 г. в 10:02 Jo написа:"},
		"Arabic":                {"نعم من فضلك.\nمن: السادسة\nإلى: التاسعة", "من: Jo\nتم الإرسال: الثلاثاء، ٣ مارس ٢٠٢٦ ١٠:٠٢\nإلى: Ama\nالموضوع: القاعة", "في الثلاثاء، ٣ مارس ٢٠٢٦ في ١٠:٠٢ ص تمت كتابة ما يلي بواسطة Jo:"},
		"Hebrew":                {"כן בבקשה.\nמאת: המקהלה\nאל: האולם", "\u200fמאת: Jo\nנשלח: יום שלישי 3 מרץ 2026 10:02\nאל: Ama\nנושא: אולם", "\u200fבתאריך יום ג׳, 3 במרץ 2026 ב-10:02 מאת Jo:"},
		"Albanian":              {"Po, faleminderit.\nNga: ora 6\nPër: korin", "Nga: Jo\nDërguar: e martë, 3 mars 2026 10:02\nPër: Ama\nTema: Salla", "Më 3.3.2026 10:02, Jo shkroi:"},
		"Chinese, simplified":   {"好的，谢谢。\n收件人：合唱团", "发件人: Jo\n发送时间: 2026年3月3日 10:02\n收件人: Ama\n主题: 礼堂", "Jo 于2026年3月3日周二 10:02写道："},
		"Chinese, wide colons":  {"好的，谢谢。", "发件人：Jo\n发送时间：2026年3月3日 10:02\n收件人：Ama\n主题：礼堂", "Jo 于2026年3月3日周二 10:02写道："},
		"Chinese, traditional":  {"好的，謝謝。\n收件者: 合唱團", "寄件者: Jo\n寄件日期: 2026年3月3日 上午 10:02\n收件者: Ama\n主旨: 禮堂", "Jo 於 2026年3月3日 週二 上午10:02寫道："},
		"Persian":               {"بله، لطفاً.\nاز: شش\nبه: نه", "از: Jo\nارسال شده: سه شنبه ۳ مارس ۲۰۲۶ ۱۰:۰۲\nبه: Ama\nموضوع: سالن", "در تاریخ سه\u200cشنبه ۳ مارس ۲۰۲۶، ۱۰:۰۲ Jo نوشت:"},
		"Urdu":                  {"جی ہاں، شکریہ۔\nمنجانب: گروپ", "منجانب: Jo\nتاریخ: منگل، 3 مارچ، 2026 10:02\nبنام: Ama\nموضوع: ہال", "منگل، 3 مارچ، 2026 کو 10:02 AM پر Jo نے لکھا:"},
		"Hindi":                 {"हाँ, धन्यवाद।\nसे: समूह\nप्रति: हॉल", "प्रेषक: Jo\nदिनांक: मंगल, 3 मार्च 2026 10:02\nप्रति: Ama\nविषय: हॉल", "मंगल, 3 मार्च 2026 को 10:02 am बजे को Jo ने लिखा:"},
		"Bengali":               {"হ্যাঁ, ধন্যবাদ।\nথেকে: দল\nপ্রতি: হল", "থেকে: Jo\nতারিখ: মঙ্গল, ৩ মার্চ, ২০২৬ ১০:০২\nপ্রতি: Ama\nবিষ\u09df: হল", "মঙ্গল, ৩ মার্চ, ২০২৬ তারিখে ১০:০২ AM টায় এ Jo লিখেছেন:"},
		"Bengali, other letter": {"হ্যাঁ, ধন্যবাদ।", "প্রেরক: Jo\nতারিখ: ৩ মার্চ, ২০২৬ ১০:০২\nপ্রাপক: Ama\nবিষ\u09af\u09bc: হল", "৩ মার্চ, ২০২৬ ১০:০২ এ Jo লিখেছেন:"},
		"Punjabi":               {"ਹਾਂ ਜੀ, ਧੰਨਵਾਦ।\nਨੂੰ: ਹਾਲ", "ਵੱਲੋਂ: Jo\nਮਿਤੀ: ਮੰਗਲ, 3 ਮਾਰਚ 2026 10:02\nਨੂੰ: Ama\nਵਿ\u0a36ਾ: ਹਾਲ", "ਮੰਗਲ, 3 ਮਾਰਚ 2026 ਨੂੰ 10:02 AM ਵਜੇ Jo ਨੇ ਲਿਖਿਆ:"},
		"Gujarati":              {"હા, આભાર.\nપ્રતિ: હોલ", "પ્રેષક: Jo\nતારીખ: મંગળ, 3 માર્ચ, 2026 10:02\nપ્રતિ: Ama\nવિષય: હોલ", "મંગળ, 3 માર્ચ, 2026 ના રોજ 10:02 AM વાગ્યે Jo એ લખ્યું:"},
		"Tamil":                 {"ஆம், நன்றி.\nபெறுநர்: குழு", "அனுப்புநர்: Jo\nதேதி: செவ்., 3 மார்., 2026 10:02\nபெறுநர்: Ama\nபொருள்: மண்டபம்", "செவ்., 3 மார்., 2026, முற்பகல் 10:02 அன்று, Jo எழுதியது:"},
	} {
		said := c.words + "\n\nAma"
		mails := map[string]string{
			"no quote":           said,
			"a header":           said + "\n\n" + c.header + "\n\nThe caretaker is on 020 7946 0912.",
			"an address":         said + "\n\n" + addressed(c.header) + "\n\nThe caretaker is on 020 7946 0912.",
			"a line":             said + "\n\n" + c.wrote + "\nThe caretaker is on 020 7946 0912.",
			"a line right below": said + "\n" + c.wrote + "\n> The caretaker is on 020 7946 0912.",
		}
		for what, mail := range mails {
			if got := inbound.Own(mail, "Ama"); got != said {
				t.Errorf("%s, %s: %q", language, what, got)
			}
		}
	}
}

// addressed is a header with an address and without its date.
func addressed(header string) string {
	lines := strings.Split(header, "\n")
	return lines[0] + " <hall@reply.example>\n" + strings.Join(lines[2:], "\n")
}
