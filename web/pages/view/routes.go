package view

// Where the pages lead and the forms post. Handlers register these; a POST answers 303 to a GET, or 422 with
// the same page and its Form.Errors filled. {id} is the noun's id.
//
//	GET  /                               Home
//	GET  /find                           Find; with header HX-Request: FindResults only
//	GET  /places?q=                      JSON [{"value","label"}] for <place-combobox>
//	GET  /listings/{id}                  Listing
//	POST /listings/{id}/pause|reopen|close      once
//	GET  /listings/{id}/photos, POST     Photos: photo (files), id, alt_{id}, decorative_{id}, do, once; GET /photos/{id}/small.jpg, …/large.jpg
//	GET  /ask, /offer                    Post (query text= fills the box)
//	POST /ask, /offer                    Post: button do=read shows what was read and who could help, do=post posts, do=draft keeps it; draft
//	POST /ask/could-help, /offer/could-help     fragment CouldHelpPanel (htmx, while typing; stores nothing; ?waits=1: 204 until the text is read)
//	GET  /listings/{id}/edit, POST       Post again, Edit true
//	GET  /listings/{id}/timeline         Timeline
//	GET  /listings/{id}/copy             Post, filled in; photos_of, copy_photos
//	GET  /mine                           Mine
//	GET  /drafts/{id}                    Post, as it was kept; POST /drafts/{id}/delete: once
//	POST /listings/{id}/matches/{other}  once; /listings/{id}/go-on: once
//	GET  /listings/{id}/nearly/{other}, POST    Nearly: version, change, once
//	GET  /sign-in, POST                  SignIn: email, next, once
//	GET  /sign-in/sent                   SignInSent, with the type-the-code form; POST /sign-in/code: code, once
//	GET  /sign-in/{token}, POST          SignInLink (this browser) or SignInOther (another browser, shows a code)
//	POST /sign-out                       once
//	GET  /account, POST                  Account: name, language, zone, once; POST /account/address: address, once
//	GET  /address/{token}, POST          NewAddress: once; GET /not-me/{token}, POST: NotMe: once
//	GET  /privacy                        Privacy
//	GET  /developers, /developers/{tag}  Developers, Operations; /developers/errors: Codes; /developers/limits: Limits; /developers/start: Start; /developers/changes: Changes
//	GET  /account/erase, POST            Erasing: once; GET /erase/{token}, POST: Erase: once
//	GET  /account/data, POST             Data: once; GET /account/data/{id}: the copy, as a zip
//	GET  /account/sessions               Sessions; POST /account/sessions/{id}/end, /account/sessions/end-others
//	GET  /account/mails, /mails/{token}  Mails; POST: kinds, once; POST …/try: once
//	GET  /mails/{token}/stop/{kind}      Mails; POST stops that kind, without cookies (RFC 8058)
//	GET  /account/passkeys, POST         Passkeys: name, challenge, answer, once; POST …/challenge: JSON; POST …/{id}/remove: once
//	POST /sign-in/passkey                challenge, answer, next, once; POST …/challenge: JSON for <passkey-form>
//	GET  /account/searches/new?q=…       NewSearch; POST /account/searches: search, side, pace, name, once
//	GET  /account/searches               Searches; POST /account/searches/{id}: name, pace, once; …/pause|resume|delete: once
//	GET  /s/{token}, POST                StopSearch; POST stops the alerts of that search, without cookies (RFC 8058)
//	GET  /account/tokens                 Tokens; POST: name, scopes, days, once; POST /account/tokens/{id}/end
//	GET  /account/partners, POST         Partners: name, site, purpose, scopes, networks, whole, once
//	GET  /account/partners/{id}          Partner; POST …/keys: kind; …/keys/{key}/end; …/origins; …/ask: scopes, networks, whole; …/end
//	GET  /account/partners/{id}/imports, POST  Imports: test, all, file; GET …/imports/{import}: Import; POST …/apply: sha256, once; …/report.csv
//	GET  /partners, /partners/{id}, POST PartnerDesk, PartnerAsk: scopes, per_minute, per_day, reason, do, once
//	GET  /groups/new, POST /groups       GroupEdit
//	GET  /groups/{id}                    Group; GET /groups/{id}/edit, POST: GroupEdit
//	GET  /groups/{id}/places, POST       GroupPlaces: place, label, once; POST /groups/{id}/places/{place}/remove
//	GET  /groups/{id}/pause, POST        GroupPause: until (empty ends the pause), once
//	POST /groups/{id}/block|unblock      once
//	GET  /groups/{id}/members            Members; POST …/invite: address, role, once; POST …/members/{person}/role|remove
//	GET  /groups/{id}/leave, POST        Leave: heir, once; GET /groups/{id}/close, POST: CloseGroup: confirm, once
//	GET  /groups/{id}/evidence, POST     Evidence: kind, dated, expires, once; POST /groups/{id}/checks: level, once
//	                                     EvidenceSeen for connectors; POST /groups/{id}/seen: evidence, network, on, once; …/seen/{evidence}/undo
//	GET  /networks, /networks/{slug}     Networks, Network; POST …/ask|leave: group, once; GET /groups/{id}/networks, POST: GroupNetworks
//	GET  /networks/new, …/edit, POST     NetworkEdit; …/words: NetworkWords; …/members, …/connectors: NetworkDesk; …/tie: Tie
//	GET  /reports, /reports/{id}, POST   Reports, Reported: do, reason, words, once; GET /held/groups|networks|listings/{id}: Held; POST there: once, …/refuse: reason, words, once
//	GET  /decisions, /decisions/{id}     Decisions, Decision; POST …/appeal: appeal; …/answer: do, answer; GET /complaints, POST: Complaint
//	GET  /operator                       Operator; POST /operator/jobs/{job}/retry
//	GET  /operator/mails                 MailLog; POST /operator/mails/again, /operator/mails/{letter}/again
//	GET  /join/{token}, POST             Join: once; POST /join/{token}/no
//	GET  /groups/{id}/clearance, POST    Clearance: file or lines, place, until, circle, once; button do=check, do=post
//	GET  /groups/{id}/clearance/plan     ClearancePlan; POST puts it to the needs: once; …/plan.csv
//	GET  /introductions                  Introductions
//	GET  /introductions/rings/{id}       Ring; /ring/{token} by a letter's link; POST …/yes|no: once, group
//	GET  /introductions/{id}             Introduction; POST …/yes|no|take-back|stop: once, reason (no, stop)
//	GET  /report?about=listing:12, POST  Report: about, reason, text, once; signed out too
//	GET  /report/thanks                  ReportThanks
//	GET  /blocks                         Blocks
//	GET  /dev/mail, /dev/mail/{id}, /dev/mail/{id}/html, /dev/mail/templates
