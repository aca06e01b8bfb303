package sample

import "wherewithal/market"

// rooms are the themes of kind room.
func rooms() []theme {
	r := market.Room
	return []theme{
		{kind: r, what: "one open floor", tags: []string{"hall", "community hall"}, low: 40, high: 120, flags: []string{"tables_chairs"}, where: here, terms: hire,
			offers: []words{
				{"Hall in {place}, free on {when}", "Our hall seats {n} and stands empty on {when}. Big windows, a wooden floor, and stacking chairs you can put out however you like."},
				{"Community hall for up to {n} in {place}", "A plain, warm hall with a small stage at one end. Nobody uses it on {when} and we would much rather hear some noise in there."},
				{"Our hall on {when}, {place}", "We finish early and the hall is then free until closing. Seats {n} in rows or about half that at tables. Good for clubs, talks and dancing."},
				{"Large hall with tables and chairs, {place}", "Room for {n}. The heating is on a timer, so tell us your hours and it will be warm when you come. Free on {when}."},
				{"Church-sized hall looking for company on {when}", "High ceiling, good echo for singing, level floor. We fit {n} seated without squeezing. Ten minutes from the buses in {place}."},
				{"Hall space in {place} for a regular group", "Our regular booking on {when} has ended and we would like a neighbourly group to take its place. {n} seats, tea hatch, and somewhere to leave prams."},
				{"Village-style hall, {n} seats, {place}", "Old-fashioned but clean, with a noticeboard you are welcome to use. Available on {when}; a caretaker lets you in and locks up after you."},
				{"Ground-floor hall, {place}: come and use it", "No stairs at all, double doors to the street, {n} chairs. We keep it for ourselves most of the week but not on {when}."},
			},
			needs: []words{
				{"A hall for {n} on {when}", "{We} has outgrown a front room. We need a hall for {doing}, with chairs, where a bit of laughter bothers nobody."},
				{"Looking for a hall in or near {place}", "Our usual room is being repaired. We are {n} people on a busy day and meet on {when} for {doing}."},
				{"Weekly hall for {doing}", "{We} meets on {when}. About {n} of us come, many by bus, so somewhere close to {place} would be a great help."},
				{"Hall with chairs wanted for {n} people", "Nothing fancy: a floor, a roof and a kettle. It is for {doing} on {when}."},
				{"Somewhere bigger to meet, {place}", "We have been turning people away from {doing}. A hall that takes {n} on {when} would end that."},
				{"A hall for our anniversary meal", "{We} is ten years old. We will be {n} with families and will clear up properly afterwards."},
			}},
		{kind: r, what: "boardroom table", tags: []string{"meeting room", "committee"}, low: 8, high: 20, flags: []string{"tables_chairs"}, where: here, terms: hire,
			offers: []words{
				{"Meeting room for {n} above our shop, {place}", "One long table, a whiteboard and a kettle. Quiet on {when}; ideal for a committee that has run out of kitchen tables."},
				{"Small meeting room, {place}", "We have a tidy room for {n} that nobody books on {when}. Wifi works, radiators work, the clock is five minutes fast."},
				{"Committee room with a big table", "Seats {n} round the table. Offered on {when} to any group near {place} that needs to get through an agenda."},
				{"Room for trustees, supervision or small groups", "A pleasant upstairs room for {n}, with a door that shuts. Free on {when}."},
			},
			needs: []words{
				{"Room for our committee, {n} people", "{We} needs a table and some peace on {when}. We bring our own biscuits."},
				{"Small meeting room near {place}", "The {n} of us plan {doing} together and the café has become too loud. We could come on {when}."},
				{"Somewhere to hold our planning evenings", "We are {n} volunteers with a lot to decide. A table, chairs and a light that stays on is all we ask, on {when}."},
			}},
		{kind: r, what: "worktops and six hobs", tags: []string{"kitchen", "cooking"}, low: 8, high: 24, flags: []string{"kitchen"}, where: here, terms: hire,
			offers: []words{
				{"Community kitchen in {place}, six hobs", "A proper kitchen with steel worktops, inspected last year. It sleeps on {when}. Space for {n} to cook together."},
				{"Kitchen for batch cooking", "Large oven, two fridges with a free shelf each and plenty of pans. You could have it on {when}. Up to {n} cooks."},
				{"Teaching kitchen, {place}", "Worktops at two heights, so people who sit to cook can join in. Takes {n}. Free on {when}."},
				{"Share our kitchen on {when}", "We cook lunch and are done by then. Come after us, leave the hobs shining, and it is yours. {n} people fit."},
			},
			needs: []words{
				{"Kitchen for {n} to cook together", "{We} wants to cook once a week and eat what we made. We are hoping for a kitchen near {place} on {when}."},
				{"A kitchen with a large oven", "We bake for {doing} and the oven at home takes one tray. On {when} would suit us; there are {n} of us at most."},
				{"Somewhere to run cookery sessions", "We have a cook and {n} keen learners but no kitchen. {when} is when people can come."},
			}},
		{kind: r, what: "sprung floor, mirrors on one side", tags: []string{"dance", "studio", "movement"}, low: 15, high: 40, uses: []market.Use{market.Amplified}, where: here, terms: hire,
			offers: []words{
				{"Dance studio with mirrors, {place}", "Sprung floor, a wall of mirrors, a sound system that plugs into a phone. Empty on {when}. {n} can move without bumping."},
				{"Movement studio for gentle classes", "Warm wooden floor, blinds, mats for {n}. We would love a yoga or chair-dance group to use it on {when}."},
				{"Studio time for young dancers", "Our studio is free on {when} and we would like it to go to a group that cannot pay the going rate. Fits {n}."},
				{"Bright studio near {place} station", "One clear floor for {n}, shoes off please. Music is fine until nine. Free on {when}."},
			},
			needs: []words{
				{"Studio for {doing}", "We dance, badly and happily. We need a floor for {n} on {when}, with somewhere to plug in a speaker."},
				{"Space to move: {n} people", "We run free movement sessions for older neighbours. A clear floor near {place} on {when} would be ideal."},
				{"Practice room for a young dance troupe", "{n} teenagers, one teacher, a lot of energy. We rehearse on {when} and our garage is now too small."},
			}},
		{kind: r, what: "lawn, benches and a shed", tags: []string{"garden", "outdoors"}, low: 20, high: 80, flags: []string{"outdoor"}, uses: []market.Use{market.Children}, where: here, terms: share,
			offers: []words{
				{"Walled garden for picnics and meetings", "Behind the shops of {place} is our garden: lawn, benches, a tap. {n} people sit comfortably. Yours on {when}."},
				{"Garden with a covered corner, {place}", "Half of it stays dry when it rains. Groups of up to {n} are welcome on {when}; please mind the seedlings."},
				{"Outdoor space for children's afternoons", "A safe, fenced lawn for about {n}. Toys in the shed may be used. Free on {when}."},
				{"Growing space and a lawn to share", "Three beds and a lawn that nobody sits on. We hope another group will, on {when}. It takes {n}."},
			},
			needs: []words{
				{"A garden for our summer get-together", "{We} has no green space of its own. {n} people, homemade food, home by dusk."},
				{"Outdoor space near {place}", "We would like to be outside for {doing} when it is dry. {n} of us, on {when}."},
				{"Somewhere green for children who live in flats", "{n} children and not a garden among them. A fenced lawn on {when} would mean a great deal to them."},
			}},
		{kind: r, what: "two desks by a window", tags: []string{"desk", "office"}, low: 2, high: 6, flags: []string{"tables_chairs"}, where: here, terms: hire,
			offers: []words{
				{"Two desks in our office, {place}", "Good light, fast internet, friendly people who do not chat too much. Free on {when} for a small charity; {n} can work here."},
				{"Desk space for a tiny charity", "Come out of your bedroom and work beside us on {when}. Seats {n}, printer included within reason."},
				{"Office corner to share in {place}", "A lockable cupboard and a desk or two for {n} people on {when}."},
				{"Hot desk with a view of the bins", "The view is poor but the company is good. {n} desks are free on {when}."},
			},
			needs: []words{
				{"A desk on {when} for our part-time worker", "{We} has its first member of staff and nowhere for her to sit."},
				{"Desk and internet on {when}", "Two volunteers do the books and the bookings for {doing}. We need {n} seats near {place}."},
				{"Shared office wanted for a small team", "There are {n} of us. We are tidy, we water plants, and we need to be there on {when}."},
			}},
		{kind: r, what: "benches with vices", tags: []string{"workshop", "making", "repair"}, low: 8, high: 20, where: here, terms: share,
			offers: []words{
				{"Workshop with benches, {place}", "Six benches, vices, good lights and an extractor. {n} people can work at once. Free on {when}."},
				{"Making space for a repair group", "Power at every bench and nobody minds sawdust. Space for {n} on {when}."},
				{"Railway-arch workshop to share", "Cold in January, lovely the rest of the year. Use our arch on {when}; it takes {n}."},
				{"Craft room with sinks", "Long tables you may get paint on, two deep sinks, drying racks. {n} makers fit on {when}."},
			},
			needs: []words{
				{"Benches for a repair afternoon", "We mend toasters and chairs with anyone who comes. We need room for {n} on {when}, near {place} if we can."},
				{"Workshop space for {n}", "{We} would like to build planters together and must not do it on the landing again."},
				{"A messy room for making things", "Paint, glue and sawdust. {n} people on {when}. We sweep up."},
			}},
		{kind: r, what: "circle of chairs, upright piano", tags: []string{"rehearsal", "music", "choir"}, low: 20, high: 60, flags: []string{"tables_chairs"}, uses: []market.Use{market.Amplified}, where: here, terms: hire,
			offers: []words{
				{"Rehearsal room with a piano, {place}", "The upright is tuned twice a year. Space for {n} singers. Free on {when}."},
				{"Room where you can be loud", "Thick walls and patient neighbours. Bands, drums and choirs of up to {n} are welcome on {when}."},
				{"Music room near {place}", "Music stands, a piano and a lovely acoustic. We can offer {when} to a group of about {n}."},
				{"Chapel room for singers", "Wooden pews on two sides and a piano in the middle; holds {n}. It would be used on {when}, if you like."},
			},
			needs: []words{
				{"Rehearsal space with a piano", "We sing on {when} and our room is closing. {n} voices, one patient pianist."},
				{"Somewhere to drum", "We are {n} drummers and, we admit, audible. On {when}, not too late, near {place}."},
				{"Room for a beginners' orchestra", "{n} players of every age. We need space for cases and stands on {when}."},
			}},
		{kind: r, what: "dry lock-up with shelves", tags: []string{"storage", "lock-up"}, where: here, terms: share,
			offers: []words{
				{"Dry lock-up to share, {place}", "Half our garage is empty. Shelves down one side and a good padlock. You would come on {when} to reach it."},
				{"Storage cupboard for a neighbour group", "Two metres by three, dry, with a light. Best reached on {when}."},
				{"Shelf space in our store", "We cleared out and have four long shelves free. Good for costumes, games or boxes of leaflets."},
			},
			needs: []words{
				{"Somewhere dry for our boxes", "{We} keeps eleven boxes under a bed. The bed's owner has had enough."},
				{"Storage for costumes and props", "Two rails and four crates near {place}. We would need to reach them on {when}."},
			}},
		{kind: r, what: "armchairs, low table", tags: []string{"quiet room", "counselling", "listening"}, low: 2, high: 8, where: here, terms: hire,
			offers: []words{
				{"Quiet room for one-to-one talks", "Two armchairs, a lamp, a box of tissues and no window to the corridor. Free on {when} in {place}."},
				{"Calm room for listening and advice", "Thick door, soft light. We offer it on {when} to groups that support people one at a time. Holds {n}."},
				{"Small private room, {place}", "For advice, counselling or a difficult telephone call. Available on {when}."},
				{"Therapy room on {when}", "Quiet side of the building with its own waiting chairs. Up to {n} people."},
			},
			needs: []words{
				{"Private room for advice sessions", "People tell us things they would not say in a corridor. A room for {n} on {when} near {place}, please."},
				{"A quiet room for our listeners", "{We} offers a listening ear. We need two chairs and a door that shuts, on {when}."},
				{"Counselling room wanted", "Our volunteer counsellor is free on {when}; what we lack is a room where nobody walks in."},
			}},
		{kind: r, what: "café tables", tags: []string{"café", "social"}, low: 20, high: 50, flags: []string{"kitchen", "tables_chairs"}, where: here, terms: hire,
			offers: []words{
				{"Café after hours, {place}", "We close in the afternoon and the tables stay. {n} people, a good coffee machine, on {when}."},
				{"Our tea room for your social", "Gingham, teapots and room for {n}. Quiet on {when}."},
				{"Café corner for conversation groups", "A sofa and six tables in {place}. Come on {when}; buy a cup of tea if you like."},
			},
			needs: []words{
				{"A friendly place for a conversation group", "{n} people learning English over tea. Somewhere warm near {place} on {when}."},
				{"Tables and tea for our social", "We meet to play dominoes and argue kindly. {n} of us on {when}."},
				{"Café-style room for a supper club", "We cook elsewhere and need somewhere to serve {n} guests."},
			}},
		{kind: r, what: "rows of desks, whiteboard", tags: []string{"classroom", "teaching"}, low: 12, high: 30, flags: []string{"tables_chairs", "av"}, uses: []market.Use{market.Children}, where: here, terms: hire,
			offers: []words{
				{"Classroom with a projector, {place}", "Desks for {n}, whiteboard, projector and blinds that close. Free on {when}."},
				{"Training room for {n}", "We teach in it most days but not on {when}. Screen, flipchart, plenty of sockets."},
				{"Learning space for supplementary schools", "Small chairs and big chairs for {n}. Offered on {when} to a group near {place}."},
				{"Room with twelve laptops on trolleys", "Laptops stay in the room but may be used by you. Space for {n} on {when}."},
			},
			needs: []words{
				{"Classroom for our language school", "{n} children and four teachers, on {when}. Desks would be a luxury; tables will do."},
				{"Teaching room near {place}", "We run free classes. We need a screen and seats for {n} on {when}."},
				{"Homework room for {n} pupils", "Quiet tables on {when} and a volunteer at each. That is the whole idea."},
			}},
		{kind: r, what: "marked court", tags: []string{"sport", "gym"}, low: 20, high: 60, uses: []market.Use{market.Children}, where: here, terms: hire,
			offers: []words{
				{"Sports hall on {when}, {place}", "One badminton court, two hoops, changing rooms. {n} people at a time."},
				{"Gym floor for walking football and the like", "Soft balls only, please. {n} players and friends on {when}."},
				{"School-sized gym free on {when}", "Benches, mats and a lot of space in {place}. Suits {n} active people of any age."},
				{"Court time for a group that never gets any", "The big clubs take the rest of the week; {when} we have kept for somebody new. Up to {n}."},
			},
			needs: []words{
				{"Indoor court for {n}", "Our girls' team plays in the car park. We would like a floor on {when}, near {place}."},
				{"Gym for seated exercise", "{n} people over seventy, one cheerful instructor, on {when}. Chairs in the room would help."},
				{"Sports hall for a winter break club", "We keep {n} young people busy when it rains. Any indoor court on {when} would do it."},
			}},
		{kind: r, what: "raked seats, blackout blinds", tags: []string{"film", "screening", "performance"}, low: 30, high: 80, flags: []string{"av", "tables_chairs"}, uses: []market.Use{market.Amplified}, where: here, terms: hire,
			offers: []words{
				{"Screening room for community films", "Blackout blinds, projector, surround sound. {n} seats in {place}, free on {when}."},
				{"Little theatre on its dark nights", "We are dark on {when}. {n} seats, simple lights, a friendly ghost."},
				{"Stage and {n} seats for a talk or a play", "Black curtains, six lamps and a sound desk one of us can show you. On {when}."},
			},
			needs: []words{
				{"Somewhere to show films", "We have the licence and the popcorn but no dark room. {n} seats, on {when}."},
				{"Stage for a neighbourhood play", "Two rehearsals and one evening, for {n} proud relatives. Near {place}."},
				{"Room with a screen for {n}", "We show films with subtitles and talk about them afterwards, on {when}."},
			}},
		{kind: r, what: "soft mats, low shelves", tags: []string{"play", "toddlers", "families"}, low: 12, high: 30, uses: []market.Use{market.Children}, where: here, terms: hire,
			offers: []words{
				{"Playroom for parents and toddlers, {place}", "Soft mats, low shelves, a gate on the door. {n} little and large people, on {when}."},
				{"Family room with toys", "Clean toys, a microwave for bottles and space for prams. Free on {when}; fits {n}."},
				{"Crèche room beside a meeting room", "Useful when parents want to meet too. Takes {n} on {when}."},
			},
			needs: []words{
				{"Playroom for a stay-and-play", "{n} of us, half of them under three. We would come on {when} from around {place}."},
				{"Room for a babies' morning", "New parents need other new parents. Carpet, a kettle and space for {n} prams and people, on {when}."},
				{"Crèche space while parents learn", "We teach parents and want somewhere safe for {n} toddlers next door."},
			}},
	}
}
