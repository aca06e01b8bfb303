package sample

import "wherewithal/market"

// equipment are the themes of kind equipment; {n} is how many.
func equipment() []theme {
	e := market.Equipment
	return []theme{
		{kind: e, what: "gazebo", tags: []string{"gazebo", "events", "outdoors"}, unit: "gazebos", low: 2, high: 4, kilos: 18, where: collect, terms: lend,
			offers: []words{
				{"Pop-up gazebo, used twice a year", "Three metres square, green, with sides and weights. Two people put it up in ten minutes."},
				{"Gazebos for your fair ({n})", "White ones with windows in the sides. One has a small patch; it keeps the rain out all the same."},
				{"Heavy-duty market gazebo", "Steel frame that does not mind wind. Ours lives in a cupboard from October to May."},
			},
			needs: []words{
				{"Gazebo for a street party", "Our street closes for a day and the forecast is what it is. {n} would cover the food."},
				{"Gazebos for our plant sale", "{We} sells seedlings in the open. {n} would keep the customers dry."},
				{"Shelter for a summer fair", "Pop-up gazebos, any colour. We could use {n} and will dry them before we bring them back."},
			}},
		{kind: e, what: "folding tables", tags: []string{"tables", "furniture", "events"}, unit: "tables", low: 4, high: 20, kilos: 12, where: collect, terms: lend,
			offers: []words{
				{"{n} folding tables to lend", "Six-foot, plastic tops, one with a mysterious burn. They stack flat in a car with the seats down."},
				{"Trestle tables, {n} of them", "Wooden, heavy, honest. Good for jumble and long lunches."},
				{"Round tables for a party", "We have {n} round tables that seat eight each and a trolley to roll them on."},
			},
			needs: []words{
				{"Folding tables for a lunch", "{We} is feeding more people than it has tables for. {n} would do it."},
				{"Tables wanted for our jumble sale", "About {n}, any sort, back the same evening."},
				{"Long tables for a street meal", "We want to sit at one table, all of us. {n} trestles end to end would be perfect."},
			}},
		{kind: e, what: "stacking chairs", tags: []string{"chairs", "furniture", "events"}, unit: "chairs", low: 20, high: 80, kilos: 4, where: collect, terms: lend,
			offers: []words{
				{"{n} stacking chairs to borrow", "Blue plastic, comfortable for about two hours. Come with a van or make two trips."},
				{"Folding chairs for events, {n}", "Light enough to carry four at a time. Please count them twice."},
				{"Chairs going spare: {n}", "We changed the hall and no longer need them all at once."},
			},
			needs: []words{
				{"{n} chairs for a concert", "The room is lovely and quite bare. We would collect and bring back."},
				{"Extra chairs for our annual meeting", "{We} expects a crowd for once. {n} more chairs, please."},
			}},
		{kind: e, what: "projector and screen", tags: []string{"projector", "av", "film"}, low: 1, high: 1, kilos: 6, where: collect, terms: lend,
			offers: []words{
				{"Projector and pull-up screen", "Bright enough with the curtains drawn. All the leads are in the bag, labelled by somebody careful."},
				{"Projector for film nights", "Plays from a laptop or a stick. We use it on one evening a month; the rest is yours."},
				{"Big screen and projector to lend", "The screen is two metres wide and needs a tall friend to hang it."},
			},
			needs: []words{
				{"Projector for a talk", "One evening, one speaker, forty slides. We have a white wall if there is no screen."},
				{"Projector and screen for our film club", "We show a film each month and ours has died in the second reel."},
			}},
		{kind: e, what: "PA system", tags: []string{"pa system", "sound", "music", "events"}, low: 1, high: 1, kilos: 25, where: collect, terms: lend,
			offers: []words{
				{"Small PA with two microphones", "Enough for a hall or a playground. We will show you which knob not to touch."},
				{"Battery speaker and radio microphone", "Runs six hours without a socket. Made for parades and picnics."},
				{"Sound system for a community party", "Two speakers on stands, mixing desk, a box of leads. One of us can come and set it up."},
			},
			needs: []words{
				{"Sound system for our open day", "Speeches, songs and a raffle. A small PA with one microphone would be enough."},
				{"Microphone and speaker for a walk", "We lead walks and those at the back hear nothing. Something on batteries, please."},
				{"PA for a children's concert", "Thirty small voices and a piano. Two microphones at least."},
			}},
		{kind: e, what: "tea urn", tags: []string{"urn", "catering", "events"}, low: 1, high: 1, kilos: 5, where: collect, terms: lend,
			offers: []words{
				{"Tea urn, twenty litres", "Descaled last month. Takes half an hour to boil and then never stops."},
				{"Urn, teapots and a hatchful of cups", "Everything for a tea party but the tea. The big teapot takes two hands."},
				{"Two urns and ninety mugs", "The mugs do not match and never will. Return them washed, or unwashed with biscuits."},
			},
			needs: []words{
				{"Tea urn for a big day", "Our kettle serves six. {We} expects ninety."},
				{"Urn and mugs for a memorial gathering", "A quiet afternoon with a lot of tea. We would take great care of them."},
			}},
		{kind: e, what: "sewing machines", tags: []string{"sewing machine", "sewing", "making"}, unit: "machines", low: 2, high: 6, kilos: 9, where: collect, terms: share,
			offers: []words{
				{"{n} sewing machines to share", "Serviced, threaded and named after our grandmothers. Lend them for a course or a weekend."},
				{"Sewing machines for beginners", "Simple ones that do straight and zigzag. {n} are free between our terms."},
			},
			needs: []words{
				{"Sewing machines for a six-week course", "We have a teacher and no machines. {n} would let everyone take a turn."},
				{"Borrow of {n} sewing machines", "{We} is making banners and would be lost by hand."},
			}},
		{kind: e, what: "garden tools", tags: []string{"tools", "gardening", "growing"}, unit: "sets", low: 2, high: 10, kilos: 7, where: collect, terms: share,
			offers: []words{
				{"Spades, forks and rakes ({n} sets)", "Sharpened in spring. We garden in the mornings, so afternoons and weekends are free."},
				{"Spades for small and large hands", "{n} sets with gloves in children's sizes too."},
				{"Tool share for growers", "Mattock, shears, loppers, wheelbarrow: {n} sets in our shed in {place}."},
			},
			needs: []words{
				{"Garden tools for a planting day", "Twenty volunteers, three trowels. We could use {n} sets for the day."},
				{"Spades and forks to borrow", "{We} is digging a pond, which takes longer with spoons. {n} sets, please."},
				{"Wheelbarrows and tools for a clear-up", "We are clearing the path behind {place} and need {n} sets of tools."},
			}},
		{kind: e, what: "power tools", tags: []string{"tools", "diy", "repair"}, low: 1, high: 1, kilos: 8, where: collect, terms: share,
			offers: []words{
				{"Cordless drill, sander and jigsaw", "In one box with chargers. Say if you have not used a jigsaw; we will show you."},
				{"Power tools for a shelter build", "Drill, circular saw, goggles. We lend them to people who have done it before."},
			},
			needs: []words{
				{"Drill and sander for a weekend", "{We} is mending benches. We have sandpaper, and arms that ache already."},
				{"Power tools to build planters", "A day with a drill and a saw. We know how to use them safely."},
			}},
		{kind: e, what: "minibus", tags: []string{"minibus", "transport"}, low: 1, high: 1, where: []market.Where{market.Collected}, terms: []market.TermsKind{market.AtCost},
			offers: []words{
				{"Sixteen-seat minibus, weekends", "Our minibus rests at weekends. Drivers over twenty-five with the right licence, fuel on top."},
				{"Minibus with a tail lift", "Takes two wheelchairs and nine seats. Please book early; it is popular."},
			},
			needs: []words{
				{"Minibus for a day by the sea", "{We} has been saving for a trip. We have a driver but no bus."},
				{"Accessible minibus for an outing", "Two of our members use wheelchairs and have missed the last three trips."},
				{"Minibus to take our team to a match", "Fourteen players and one bag of oranges, there and back in a day."},
			}},
		{kind: e, what: "cargo bike", tags: []string{"cargo bike", "cycling", "transport"}, low: 1, high: 1, kilos: 40, where: []market.Where{market.Collected}, terms: share,
			offers: []words{
				{"Electric cargo bike to borrow", "Carries eighty kilograms and makes everybody smile. Ten-minute lesson before your first ride."},
				{"Bike trailer that takes a cello", "Or six crates of apples. Hooks on to any bicycle with a back axle."},
				{"Cargo trike for deliveries", "Three wheels, big box, no hurry. We use it on one day a week."},
			},
			needs: []words{
				{"Cargo bike for food deliveries", "We take parcels round {place} in rucksacks. A cargo bike once a week would double what we carry."},
				{"Something with wheels and a box", "We collect leftover bread and it is bulky. A cargo bike for one long round, to begin with."},
			}},
		{kind: e, what: "refurbished laptops", tags: []string{"laptops", "digital"}, unit: "laptops", low: 4, high: 15, kilos: 2, where: collect, terms: give,
			offers: []words{
				{"{n} refurbished laptops to give away", "Wiped, repaired and with a free operating system. Chargers included; stickers negotiable."},
				{"Laptops for learners ({n})", "Five years old and still quick. To a group that will give them to people who have none."},
				{"Donated laptops, tested", "We mend laptops for fun and have {n} ready to go."},
			},
			needs: []words{
				{"Laptops for a homework club", "Our pupils share one between three. {n} working laptops, any make."},
				{"{n} laptops for people who have none", "We help people apply for work, on phones with cracked screens."},
				{"Second-hand laptops for a digital class", "We teach, they learn, nothing to learn on. {n} would fill the room."},
			}},
		{kind: e, what: "display boards", tags: []string{"display boards", "exhibition"}, unit: "boards", low: 4, high: 12, kilos: 6, where: collect, terms: lend,
			offers: []words{
				{"{n} display boards for an exhibition", "Grey felt, both sides, with feet that wobble slightly."},
				{"Exhibition panels and hooks", "We have {n}. They fold into two bags and have seen a lot of children's art."},
			},
			needs: []words{
				{"Display boards for a local history show", "Photographs of {place} lent by neighbours, and nowhere to hang them. {n} boards."},
				{"Boards for our art exhibition", "We paint, and would like {n} display boards for the show."},
			}},
		{kind: e, what: "cooking pots for a crowd", tags: []string{"catering", "cooking", "events"}, unit: "pots", low: 2, high: 8, kilos: 4, where: collect, terms: lend,
			offers: []words{
				{"Enormous cooking pots ({n})", "Forty litres each. Lids, ladles and a paddle come along."},
				{"Chafing dishes and serving spoons", "{n} dishes that keep food warm for hours. Fuel is not included."},
			},
			needs: []words{
				{"Big pots for a community meal", "Our largest holds soup for nine. {We} has invited a hundred. {n} would help."},
				{"Something to keep food warm", "{n} dishes or pots for a feast that arrives in stages."},
			}},
		{kind: e, what: "children's games", tags: []string{"games", "play", "children"}, unit: "boxes", low: 2, high: 8, kilos: 5, where: collect, terms: lend,
			offers: []words{
				{"Giant garden games", "{n} boxes: skittles, noughts and crosses, a tower that falls on your toes."},
				{"Play kit for a street party", "Hoops, ropes, chalk and a parachute. {n} boxes that fit in a hatchback."},
				{"Board games by the box", "{n} boxes, sorted by age. Most of the pieces are there."},
			},
			needs: []words{
				{"Games for a family day", "{We} wants grandparents and toddlers to play together. {n} boxes of anything."},
				{"Play kit for a closed street", "The cars go, the children come. {n} boxes of outdoor games, for one afternoon."},
			}},
		{kind: e, what: "compost and planters", tags: []string{"growing", "compost", "gardening"}, unit: "planters", low: 4, high: 20, kilos: 15, where: collect, terms: give,
			offers: []words{
				{"{n} wooden planters, free", "Made from pallets by our Tuesday crew. Bring strong friends to lift them."},
				{"Homemade planters with compost", "We make more compost than we can use. {n} planters, full."},
			},
			needs: []words{
				{"Planters for a grey courtyard", "{We} looks out on concrete. {n} planters would be a start."},
				{"Planters and compost wanted", "We have seeds, children and {n} empty squares of paving."},
			}},
		{kind: e, what: "high-visibility vests and litter pickers", tags: []string{"litter picking", "events", "safety"}, unit: "sets", low: 10, high: 30, kilos: 1, where: collect, terms: lend,
			offers: []words{
				{"Litter-picking kit for {n}", "Pickers, hoops, gloves and vests. It only wants a dry day."},
				{"{n} high-visibility vests and pickers", "Washed since last time. For clear-ups, walks and marshals."},
			},
			needs: []words{
				{"Litter-picking kit for a clear-up", "{n} people, one muddy stream bank near {place}."},
				{"Vests and pickers for our spring clean", "{We} is doing the whole estate. {n} sets, back the same evening."},
			}},
		{kind: e, what: "keyboard piano", tags: []string{"keyboard", "music", "rehearsal"}, low: 1, high: 1, kilos: 14, where: collect, terms: lend,
			offers: []words{
				{"Full-size keyboard and stand", "Weighted keys and a pedal. Lives in a bag with a broken zip."},
				{"Keyboard with a hundred silly sounds", "Also a sensible piano. Runs on batteries or the mains."},
				{"Box of ukuleles and a keyboard", "Ten ukuleles in tune when they left us. Lend for a term or a day."},
			},
			needs: []words{
				{"Keyboard for our rehearsals", "We rehearse in a room without a piano. Any full-size keyboard."},
				{"Keyboard for a carol evening", "One night, twelve carols, one good pianist and nothing to play."},
			}},
		{kind: e, what: "access ramp", tags: []string{"ramp", "accessibility", "events"}, low: 1, high: 1, kilos: 16, where: collect, terms: lend,
			offers: []words{
				{"Portable ramp for two steps", "Folding aluminium, holds three hundred kilograms. Nobody should be left outside."},
				{"Two-metre ramp for a hall step", "Clips together in a minute. We made a short film of how; it is mostly us laughing."},
				{"Folding ramp and a spare wheelchair", "For open days and funerals and everything between."},
			},
			needs: []words{
				{"Ramp for an open day", "Two steps stand between us and some of our friends. A portable ramp for a day or two."},
				{"Portable ramp for our entrance", "{We} is waiting for a proper one to be built. Could we borrow one for our big day?"},
			}},
		{kind: e, what: "badge maker", tags: []string{"badge maker", "making", "print"}, low: 1, high: 1, kilos: 6, where: collect, terms: lend,
			offers: []words{
				{"Badge machine and three hundred blanks", "Pull the lever, make a friend. Blanks at what they cost us."},
				{"Screen-printing frame and inks", "Makes fifty tote bags in an afternoon. Aprons are in the box, please wear them."},
				{"A3 laminator and guillotine", "For signs that survive the rain. The guillotine goes to adults only."},
			},
			needs: []words{
				{"Badge machine for a festival stall", "Children draw, we press. One day only."},
				{"Laminator for trail signs", "{We} is making a nature trail and the last signs dissolved."},
			}},
	}
}
