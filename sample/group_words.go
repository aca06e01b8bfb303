package sample

import "wherewithal/market"

// character is a sort of group: the second half of its name and how it speaks of itself.
type character struct {
	name   string // follows an invented street or field: "Pennywort Row" + "Choir"
	we     string
	doing  string
	does   string // {place} and {borough} are filled in
	form   market.LegalForm
	large  int      // people in it, at most
	hosts  []string // tags of the rooms it can offer; none: it has no premises
	likes  []string // tags of what it offers and needs most
	uses   []market.Use
	hidden string // alias, for groups whose name is told only after both say yes
}

var young = []market.Use{market.Children}

// characters with premises come first: they are the ones who can offer rooms.
func characters() (premises, others []character) {
	premises = []character{
		{name: "Community Hall", we: "our hall committee", doing: "tea dances", does: "A hall run by its neighbours in {place}. We keep the roof on and the kettle hot, and let other groups in for as little as we can.",
			form: market.Charity, large: 40, hosts: []string{"hall", "meeting room", "rehearsal", "storage", "kitchen"}, likes: []string{"chairs", "tables", "urn", "diy"}},
		{name: "Tenants and Residents", we: "our residents' group", doing: "open meetings and socials", does: "Everyone who lives on the estate in {place} belongs. We look after the clubroom and the beds, and chase the lifts.",
			form: market.Constituted, large: 60, hosts: []string{"hall", "meeting room", "garden", "storage", "play"}, likes: []string{"gazebo", "gardening", "events", "litter picking"}},
		{name: "Supper and Prayer House", we: "our congregation", doing: "shared suppers", does: "People of several faiths who eat, sing and pray under one roof in {place}. All are welcome at the table.",
			form: market.Charity, large: 120, hosts: []string{"hall", "rehearsal", "quiet room", "kitchen", "classroom"}, likes: []string{"singing", "catering", "chairs"}, uses: []market.Use{market.Religious}},
		{name: "Learning Rooms", we: "our learning centre", doing: "free evening classes", does: "Free classes for adults in {place}: English, sums, first steps with a computer. Taught by volunteers.",
			form: market.CIC, large: 35, hosts: []string{"classroom", "desk", "meeting room", "quiet room"}, likes: []string{"laptops", "english", "digital", "translation"}},
		{name: "Open Kitchen", we: "our kitchen crew", doing: "cook-and-eat evenings", does: "A shared kitchen in {place} where surplus food becomes dinner. Pay what you like, or wash up.",
			form: market.CIC, large: 30, hosts: []string{"kitchen", "café", "hall"}, likes: []string{"cooking", "catering", "food", "cargo bike"}},
		{name: "Makers' Arch", we: "our workshop", doing: "making afternoons", does: "Benches, tools and people who know how, under a railway arch in {place}. Come and mend something.",
			form: market.Constituted, large: 25, hosts: []string{"workshop", "storage", "desk"}, likes: []string{"tools", "repair", "carpentry", "sewing"}},
		{name: "Play Library", we: "our toy library", doing: "stay-and-play mornings", does: "Toys to borrow and a floor to play on, for families in {place}. Run by parents on a rota.",
			form: market.Charity, large: 50, hosts: []string{"play", "garden", "quiet room"}, likes: []string{"games", "play", "first aid"}, uses: young},
		{name: "Movement Studio", we: "our studio", doing: "gentle movement classes", does: "A small studio in {place} for every sort of body: dance, stretching, chairs, wheelchairs.",
			form: market.CIC, large: 20, hosts: []string{"dance", "rehearsal", "sport"}, likes: []string{"sound", "music", "sport"}},
		{name: "Court and Club", we: "our sports club", doing: "training", does: "An indoor court in {place} kept going by volunteers, with a soft spot for beginners.",
			form: market.Charity, large: 90, hosts: []string{"sport", "dance", "café"}, likes: []string{"coaching", "first aid", "minibus"}, uses: young},
		{name: "Picture Room", we: "our little cinema", doing: "film evenings", does: "Seventy seats, a screen and a stage in {place}, staffed by people who cannot keep away.",
			form: market.CIC, large: 30, hosts: []string{"film", "café", "workshop", "dance"}, likes: []string{"projector", "display boards", "photography"}},
	}
	return premises, withoutPremises()
}

func withoutPremises() []character {
	return []character{
		{name: "Choir", we: "our choir", doing: "rehearsals", does: "We sing on the bus home from rehearsal. No auditions; most of us are from around {place}.", form: market.Informal, large: 45, likes: []string{"rehearsal", "music", "keyboard", "singing"}, uses: []market.Use{market.Amplified}},
		{name: "Elders' Lunch Table", we: "our lunch club", doing: "lunch and a singalong", does: "Lunch, company and a lift home for people over sixty-five in {place}.", form: market.Charity, large: 60, likes: []string{"catering", "hall", "driving", "older people"}},
		{name: "Homework Club", we: "our homework club", doing: "homework afternoons", does: "A quiet table, a snack and somebody who remembers fractions, for pupils in {place}.", form: market.Constituted, large: 40, likes: []string{"classroom", "laptops", "teaching"}, uses: young},
		{name: "Growers", we: "our growing group", doing: "planting days", does: "We grow food in odd corners of {borough} and give most of it away.", form: market.Informal, large: 30, likes: []string{"gardening", "growing", "tools", "compost"}},
		{name: "Food Cupboard", we: "our food cupboard", doing: "packing days", does: "Parcels and no questions, every week, for households in {place}.", form: market.Charity, large: 35, likes: []string{"food", "storage", "cargo bike", "driving"}},
		{name: "Drummers", we: "our drumming group", doing: "drumming evenings", does: "Samba and West African drumming for anyone with two hands, in and around {place}.", form: market.Informal, large: 25, likes: []string{"rehearsal", "music", "sound"}, uses: []market.Use{market.Amplified}},
		{name: "Parents and Babies", we: "our parents' group", doing: "baby mornings", does: "New parents in {place} who meet before anyone has brushed their hair.", form: market.Informal, large: 40, likes: []string{"play", "toddlers", "first aid", "games"}, uses: young},
		{name: "Film Nights", we: "our film club", doing: "film nights", does: "Films from everywhere our neighbours are from. Talk and samosas afterwards.", form: market.Informal, large: 30, likes: []string{"film", "projector", "translation"}, uses: []market.Use{market.Amplified}},
		{name: "Ramblers' Bench", we: "our walking group", doing: "walks and talks", does: "Slow walks with many benches, starting in {place}. Dogs and worries welcome.", form: market.Informal, large: 35, likes: []string{"first aid", "sound", "outdoors"}},
		{name: "Sewing Circle", we: "our sewing circle", doing: "sewing evenings", does: "Women from nine countries who sew, mend and talk in {place}.", form: market.Constituted, large: 20, likes: []string{"sewing", "sewing machine", "workshop"}},
		{name: "Bike Kitchen", we: "our bike project", doing: "repair afternoons", does: "Old bicycles made good and given to people in {borough} who need one to get to work.", form: market.CIC, large: 18, likes: []string{"bicycles", "workshop", "repair", "tools"}},
		{name: "Bengali Saturday School", we: "our Saturday school", doing: "Saturday classes", does: "Language, songs and sums for children of Bengali families near {place}.", form: market.Charity, large: 70, likes: []string{"classroom", "teaching", "translation"}, uses: young},
		{name: "Dominoes and Dinner", we: "our dominoes club", doing: "dominoes evenings", does: "Caribbean elders and anyone who can bear losing. Dinner at seven, dominoes after.", form: market.Constituted, large: 30, likes: []string{"café", "cooking", "tables", "minibus"}},
		{name: "Welcome Table", we: "our welcome group", doing: "welcome lunches", does: "Company, clothes and a map of the buses for people who have just arrived and are waiting to stay.", form: market.Charity, large: 30, likes: []string{"english", "translation", "laptops", "cooking"}, hidden: "A group that welcomes newcomers, {borough}"},
		{name: "Women's House", we: "our group", doing: "quiet evenings", does: "Support for women and children who had to leave home.", form: market.Charity, large: 15, likes: []string{"quiet room", "toddlers", "games", "safeguarding"}, hidden: "A women's support group in south or east London"},
		{name: "Rainbow Evenings", we: "our social group", doing: "social evenings", does: "Board games, books and a friendly evening out for people who want one.", form: market.Informal, large: 25, likes: []string{"café", "meeting room", "games"}, hidden: "A social group, {borough}"},
		{name: "Carers' Circle", we: "our carers' circle", doing: "carers' afternoons", does: "People in {borough} who look after somebody, looking after each other for two hours.", form: market.Constituted, large: 25, likes: []string{"quiet room", "listening", "driving"}},
		{name: "Young Dancers", we: "our dance group", doing: "rehearsals", does: "Street dance, bharatanatyam and whatever comes next, for young people in {place}.", form: market.Informal, large: 28, likes: []string{"dance", "studio", "sound", "sewing"}, uses: []market.Use{market.Children, market.Amplified}},
		{name: "Vietnamese Elders' Circle", we: "our elders' circle", doing: "tai chi and tea", does: "Tai chi, tea and help with letters for Vietnamese elders in {borough}.", form: market.Constituted, large: 40, likes: []string{"movement", "translation", "older people", "minibus"}},
		{name: "Memory Keepers", we: "our history group", doing: "memory afternoons", does: "We collect the stories and photographs of {place} before they are thrown away.", form: market.Informal, large: 20, likes: []string{"display boards", "photography", "design", "exhibition"}},
	}
}

// streets and fields that no map of London shows.
var streets = []string{
	"Pennywort Row", "Larkhollow", "Tansy Yard", "Quillmarrow", "Bramblecote Steps", "Fennelgarth", "Otterwick Stairs", "Thistlemoot",
	"Saffronfold", "Mirelark", "Hobbinfield", "Puddock Rents", "Wrenfallow", "Copperbeck", "Sorrelhythe", "Dapplewharf",
	"Marrowgold", "Pipistrelle Steps", "Tumblestile", "Sedgewhistle", "Clovermoot", "Ragwort Stairs", "Teaselbank", "Oxlip Passage",
	"Bitternhythe", "Gorsewick", "Lanternmoss", "Yarrowstile", "Plumbago Rents", "Heartsease Yard", "Brindlefold", "Cuckoopint Alley",
	"Meadowrue Rents", "Larchmoot", "Snipefallow", "Woodruff Stairs", "Figwort Steps", "Starlinghythe", "Cobnut Rents", "Medlarfold",
	"Quincemoot", "Whinberry Row", "Damsonhythe", "Bullace Steps", "Sloeworth", "Dewberry Rents", "Samphire Stairs", "Kittiwake Rents",
	"Dunnockfield", "Pochard Steps", "Sandmartin Rents", "Waxwing Alley", "Fieldfare Steps", "Redshank Yard", "Corncrake Rents", "Siskinmoot",
	"Linnethythe", "Crossbill Rents", "Whimbrel Steps", "Turnstone Alley",
}

// Given and family names as London mixes them. Any two together are chance.
var (
	givenNames = []string{"Ama", "Farida", "Joyce", "Delroy", "Thuy", "Marta", "Ibrahim", "Siobhan", "Kwame", "Nasreen", "Olu", "Grace",
		"Huseyin", "Pilar", "Winston", "Leila", "Gareth", "Anjali", "Yusuf", "Bridget", "Chidi", "Rosa", "Sunita", "Tomasz", "Hodan",
		"Errol", "Mei", "Patrick", "Zainab", "Dalisay", "Kofi", "Elif", "Doreen", "Rashid", "Ines", "Femi", "Shirin", "Agnes", "Tariq", "Lucia"}
	familyNames = []string{"Owusu-Penhale", "Rahmanby", "Tinderwell", "Campbellow", "Nguyenfield", "Kowalbrook", "Sesaythorn", "O'Marrow", "Boatenglow",
		"Begumhurst", "Adeyworth", "Fennimore-Cole", "Yildizley", "Vegaford", "Braithmoor", "Hosseinby", "Pryceling", "Patelwood", "Warsamere",
		"Kellinghay", "Okaforde", "Silvabright", "Sharmalow", "Nowakley", "Abdiworth", "Grantleigh", "Chenbury", "Dohertymoor", "Khanfold", "Santosbridge"}
)
