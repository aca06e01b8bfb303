package sample

import "wherewithal/market"

// skills are the themes of kind skill; {n} is hours.
func skills() []theme {
	s := market.Skill
	return []theme{
		{kind: s, what: "book-keeping", tags: []string{"book-keeping", "accounts", "finance"}, low: 4, high: 12, where: remote, terms: favour,
			offers: []words{
				{"Book-keeping for a small charity, {n} hours", "Our treasurer spent thirty years in accounts and likes nothing better than a shoebox of receipts. She can set you up with a simple spreadsheet."},
				{"Help with your year-end accounts", "We have just done ours and still remember how. We can sit with your treasurer for {n} hours and get the figures to agree."},
				{"Treasurer's surgery", "Bring the cash book and the muddle. A retired auditor among us offers {n} patient hours."},
			},
			needs: []words{
				{"Someone to help our new treasurer", "{We} has a willing treasurer who has never done accounts. About {n} hours of a kind expert would be plenty."},
				{"Book-keeping help before the annual meeting", "The receipts are in order, the sums are not. We think {n} hours of book-keeping would do."},
				{"Accounts checked by a second pair of eyes", "Our income is under the audit line but we want somebody independent to look over the accounts, perhaps {n} hours."},
			}},
		{kind: s, what: "grant writing", tags: []string{"fundraising", "grants", "writing"}, low: 4, high: 10, where: remote, terms: favour,
			offers: []words{
				{"Read-through of your grant application", "Two of us assess bids in our day jobs. We can spend {n} hours making yours clearer."},
				{"Fundraising help for first-timers", "How to write a budget, what funders mean by outcomes, where the small pots are. {n} hours over a month."},
			},
			needs: []words{
				{"Help with our first grant application", "We know what we want to do and cannot get it into the boxes. {n} hours with someone who writes grants would change everything."},
				{"A fundraiser to look at our budget", "{We} is asking for money for {doing}. Somebody who knows fundraising could save us from ourselves."},
			}},
		{kind: s, what: "first aid training", tags: []string{"first aid", "training", "safety"}, low: 3, high: 8, where: visit, terms: favour,
			offers: []words{
				{"First aid session for volunteers", "A paramedic in our group teaches the basics: choking, bleeding, recovery position. {n} hours, lots of practice."},
				{"Basic first aid, taught at your place", "We bring the dummies and plasters and come to you. {n} hours, up to fifteen people."},
				{"Baby and child first aid for parents", "Calm, practical and repeated as often as needed. {n} hours with a health visitor."},
			},
			needs: []words{
				{"First aid training for our volunteers", "Ten of us run {doing} and only one has done first aid. {n} hours would put that right."},
				{"Somebody to teach us first aid", "{We} would feel a lot better knowing what to do. We have a room; we need a trainer for {n} hours."},
				{"Child first aid for a group of carers", "We look after other people's little ones and would like {n} hours with someone qualified."},
			}},
		{kind: s, what: "website building", tags: []string{"website", "digital"}, low: 5, high: 20, where: []market.Where{market.Online}, terms: favour,
			offers: []words{
				{"We can build you a simple website", "Three students in our group build plain, quick websites. {n} hours: a page, a calendar and how to change it yourself."},
				{"Fix for a website nobody can log in to", "The volunteer who made it has moved away? We have rescued four of those. Up to {n} hours."},
				{"Website check for readers with low vision", "We go through your pages with a screen reader and tell you what to mend. {n} hours."},
			},
			needs: []words{
				{"A website for {we}", "We only exist on paper. {n} hours of someone who can make a simple website and show us how to keep it up."},
				{"Our website still shows last year's dates", "Nobody knows the password. Is there somebody patient with {n} hours for a website rescue?"},
			}},
		{kind: s, what: "digital help", tags: []string{"digital", "phones", "older people"}, low: 2, high: 6, where: visit, terms: give,
			offers: []words{
				{"Phone and tablet help for older people", "Young volunteers who do not sigh. We come to your group for {n} hours and answer whatever is asked."},
				{"Getting online, gently", "Passwords, video calls to grandchildren, spotting scams. {n} hours a visit."},
				{"Digital drop-in helpers", "Four of us can sit at your tables for {n} hours and help with forms and phones."},
			},
			needs: []words{
				{"Help with phones for our older members", "Many of our members have new phones and no grandchildren nearby. {n} hours would be a treat."},
				{"Patient people to teach tablets", "We were given tablets and have run out of patience with them. {n} hours of help at our place, please."},
			}},
		{kind: s, what: "translation", tags: []string{"translation", "languages"}, low: 2, high: 10, where: []market.Where{market.Online}, terms: favour,
			offers: []words{
				{"Leaflets put into Bengali and Sylheti", "Two teachers among us translate leaflets and posters. About {n} hours; please send plain English."},
				{"Spanish and Portuguese translation", "We can translate and, more usefully, tell you when it sounds odd. {n} hours."},
				{"Turkish and Kurdish translators", "For letters, leaflets and websites. We have {n} hours to give."},
				{"Somali translation and interpreting by video", "Our volunteers have interpreted at surgeries and schools. Up to {n} hours."},
			},
			needs: []words{
				{"Translation of our welcome leaflet", "One page, plain words, any of the languages spoken near {place}. We guess {n} hours."},
				{"Translators for a short neighbourhood survey", "{We} wants to hear from everyone, not only those who read English. Roughly {n} hours of translation."},
				{"Someone to translate our safeguarding page", "It matters that families can read it. {n} hours, and we will credit you."},
			}},
		{kind: s, what: "gardening", tags: []string{"gardening", "growing", "outdoors"}, low: 3, high: 8, where: visit, terms: favour,
			offers: []words{
				{"Experienced gardeners for your raised beds", "Four of us come with gloves and opinions. {n} hours of planting, pruning or planning."},
				{"Wildlife pond digging, with an expert", "She has dug eleven ponds and lost no children. {n} hours on site with your volunteers."},
				{"Help to start a food-growing patch", "What grows in shade, what grows in tubs, what the slugs leave. {n} hours with you on site."},
				{"Pruning morning", "Two retired park keepers will prune your roses and fruit trees, and teach as they go. {n} hours."},
			},
			needs: []words{
				{"Gardeners to rescue our front beds", "{We} was given three beds and knows nothing about growing. {n} hours of gardening company would get us started."},
				{"Someone who can prune an apple tree", "It is old, leaning and much loved. A few hours, {n} at most."},
				{"Advice on growing food in shade", "Our yard sees the sun at noon only. We would like a gardener to look and advise."},
			}},
		{kind: s, what: "carpentry and small repairs", tags: []string{"carpentry", "diy", "repairs"}, low: 3, high: 10, where: visit, terms: favour,
			offers: []words{
				{"Carpenter with spare hours", "Shelves, ramps, a gate that drags: {n} hours a month, own tools, you buy the timber."},
				{"Handy volunteers for small repairs", "We fix hinges, hang noticeboards and bleed radiators. {n} hours at your place."},
				{"Painting party for your hall", "Eight of us with rollers. Choose a colour, buy the paint, and we come for {n} hours."},
			},
			needs: []words{
				{"Someone handy to put up shelves", "Six shelves, one wall, no drill. {We} needs {n} hours of a carpenter."},
				{"Small repairs to our meeting room", "A door that sticks, a tap that drips. {n} hours with someone who knows which tool to bring."},
				{"Volunteers to help us paint", "Two rooms, cream and blue. We provide paint and lunch; we need hands for {n} hours."},
			}},
		{kind: s, what: "photography", tags: []string{"photography", "design"}, low: 2, high: 6, where: visit, terms: favour,
			offers: []words{
				{"Photographer for your open day", "Kind pictures that ask permission first. {n} hours and about fifty photographs you may use freely."},
				{"Portraits for your volunteers' wall", "We bring a backdrop and a lamp. {n} hours does twenty people."},
			},
			needs: []words{
				{"Photographs of {doing}", "Our leaflets use the same blurred picture since we began. {n} hours of a photographer who is good with shy people."},
				{"Someone to photograph our open day", "We want good pictures for the noticeboard and a report. Perhaps {n} hours."},
			}},
		{kind: s, what: "English conversation teaching", tags: []string{"english", "teaching", "languages"}, low: 2, high: 6, where: visit, terms: give,
			offers: []words{
				{"English conversation volunteers", "Six of us, two trained to teach. We can come for {n} hours a week and talk about anything but grammar."},
				{"Qualified English teacher, evenings", "She has taught beginners for years and would like a group near {place}. {n} hours a week."},
				{"Reading circle in easy English", "Short stories, big print, lots of talk. {n} hours each time."},
			},
			needs: []words{
				{"English conversation partners", "Our members speak five languages and want a sixth. {n} hours a week, tea provided."},
				{"A teacher for beginners' English", "{We} has a room and fifteen learners. We need someone who can teach English for {n} hours."},
			}},
		{kind: s, what: "minibus driving", tags: []string{"driving", "transport"}, low: 3, high: 8, where: visit, terms: give,
			offers: []words{
				{"Volunteer minibus driver", "Licence with the old entitlement, patient with steps and frames. {n} hours at a time."},
				{"Driver for outings and deliveries", "One of our dads drives for a living and will drive for you for nothing. {n} hours."},
			},
			needs: []words{
				{"Driver for our outing", "The minibus is borrowed, the sandwiches are made. We need a driver for {n} hours."},
				{"Someone to drive our members home", "Winter evenings worry them. Could a volunteer drive for {n} hours a week near {place}?"},
				{"Deliveries around {place} by car or van", "We pack parcels but have no wheels. {n} hours of driving each week."},
			}},
		{kind: s, what: "cooking for a crowd", tags: []string{"cooking", "food"}, low: 3, high: 8, where: visit, terms: favour,
			offers: []words{
				{"Cooks who can feed eighty", "Rice, dal, salad, all halal or vegan as you like. Three of us cook for {n} hours at your kitchen."},
				{"Cookery teacher for families", "Cheap, quick and with vegetables in. {n} hours with up to ten families."},
				{"Caribbean cooks for a community lunch", "Saltfish, plantain, rice and peas. Give us a kitchen and {n} hours."},
			},
			needs: []words{
				{"A cook for our community lunch", "We have the kitchen and the tables. We need somebody who has cooked for a crowd, {n} hours."},
				{"Someone to teach cheap family cooking", "{We} would like a series of cookery sessions of {n} hours with a teacher who does not preach."},
			}},
		{kind: s, what: "singing leader", tags: []string{"music", "singing", "choir"}, low: 2, high: 6, where: visit, terms: favour,
			offers: []words{
				{"Singing leader for care homes and clubs", "Old songs, new songs, no sheet music. {n} hours with guitar."},
				{"Piano accompanist", "Sight-reads anything and never minds starting again. {n} hours a week."},
				{"Drumming workshop", "We bring twenty drums and two leaders for {n} hours. Loud joy guaranteed."},
			},
			needs: []words{
				{"Someone to lead singing", "We love to sing but drift off the tune. {n} hours with a leader would hold us together."},
				{"Accompanist for our concert", "Twelve songs, two rehearsals. A pianist for {n} hours altogether."},
			}},
		{kind: s, what: "sewing and mending", tags: []string{"sewing", "mending", "repair"}, low: 2, high: 6, where: visit, terms: favour,
			offers: []words{
				{"Sewing teachers with three machines", "We teach hems, zips and patience. We come for {n} hours and bring the machines."},
				{"Costume maker with time to spare", "Retired from the theatre and missing it. {n} hours for a show, a parade or a school play."},
				{"Menders for your swap day", "Holes, buttons and torn linings put right while you wait. {n} hours."},
			},
			needs: []words{
				{"Somebody to teach us to sew", "Ten people who want to shorten their own trousers. {n} hours, perhaps more than once."},
				{"Costume sewing before our show", "Twenty capes, all the same. {We} has fabric and hopes for {n} hours of sewing help."},
			}},
		{kind: s, what: "committee and charity law", tags: []string{"governance", "advice", "charity"}, low: 2, high: 6, where: remote, terms: give,
			offers: []words{
				{"Help to write a constitution", "We have set up two small charities and can sit with your committee for {n} hours."},
				{"Retired solicitor for small groups", "Plain answers about leases, trustees and insurance. {n} hours, no promises in court."},
				{"Safeguarding policy, written together", "Not a template but one that fits what you do. {n} hours with a social worker."},
			},
			needs: []words{
				{"Help to become a constituted group", "{We} wants a bank account and is told it needs a constitution. {n} hours of advice, please."},
				{"Advice on a lease", "We have been offered a room with eleven pages of terms. Somebody who can read them with us for {n} hours?"},
				{"Someone to go through our safeguarding policy", "It was copied from a bigger charity and does not fit. {n} hours of advice would do."},
			}},
		{kind: s, what: "poster and leaflet design", tags: []string{"design", "leaflets"}, low: 2, high: 8, where: []market.Where{market.Online}, terms: favour,
			offers: []words{
				{"Posters people can read from a bus", "A graphic designer among us has {n} hours for posters and leaflets. Big letters, few words."},
				{"Logo for a group that has none", "We draw, you choose, we tidy up. {n} hours in all."},
			},
			needs: []words{
				{"A poster for {doing}", "Ours has nine fonts. A designer with {n} hours could do a lot of good."},
				{"Leaflet design in two languages", "{We} has the words; we need a designer who can make both languages fit. {n} hours."},
			}},
		{kind: s, what: "sports coaching", tags: []string{"sport", "coaching", "young people"}, low: 2, high: 4, where: visit, terms: give,
			offers: []words{
				{"Football coach for girls' beginners", "Badge, whistle and endless cheer. {n} hours a week near {place}."},
				{"Chair-exercise leader", "Trained and very funny. {n} hours with your older members."},
				{"Table tennis coach with two folding tables", "Any age, any standard. {n} hours each visit."},
			},
			needs: []words{
				{"Coach for a beginners' team", "Twelve keen players and nobody who knows the rules. {n} hours a week."},
				{"Someone to lead seated exercise", "{We} sits too much. {n} hours with a leader who makes people laugh."},
			}},
		{kind: s, what: "bicycle repair", tags: []string{"bicycles", "repair", "cycling"}, low: 2, high: 6, where: visit, terms: give,
			offers: []words{
				{"Bike doctor for your event", "Brakes, gears and punctures, mended in the open with a queue of children watching. {n} hours."},
				{"Ride leader for nervous cyclists", "Back streets, slow pace, cake at the end. {n} hours with up to eight riders from {place}."},
				{"Cycle mechanics who like to teach", "We show people how to do it themselves. {n} hours at your place."},
			},
			needs: []words{
				{"Bike mechanic for a fix-it day", "We expect thirty wobbly bicycles. {n} hours of someone with tools."},
				{"Somebody to teach puncture repair", "{We} wants children to be able to mend their own. About {n} hours."},
			}},
		{kind: s, what: "befriending training", tags: []string{"listening", "training", "volunteers"}, low: 3, high: 8, where: remote, terms: give,
			offers: []words{
				{"Listening skills for volunteers", "How to hear what is not said. {n} hours, by video or round your table."},
				{"Training for new befrienders", "Boundaries, silence and when to ask for help. {n} hours from people who have done it for years."},
			},
			needs: []words{
				{"Training for our new befrienders", "Eight new volunteers start soon. {n} hours of listening skills would make them braver."},
				{"Someone to train our telephone listeners", "We ring people who live alone. We would like {n} hours of training together."},
			}},
	}
}
