package api

import (
	"crypto/sha256"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"wherewithal/market"
	"wherewithal/photo"
	"wherewithal/web/httpx"
)

const photosPath = "/listings/{id}/photos"

// registerPhotos: seeing is for whoever may read the listing; adding and changing is for those who post for its group. A photo
// sent again with its Idempotency-Key gets the first answer again; arranging again changes nothing; one that was
// deleted is not found.
func (a *API) registerPhotos() {
	const tag = "photos"
	a.engine.Roomy(Prefix+"/listings/:id/photos", photo.MaxBytes)
	register(a, operation{id: "list-photos", method: http.MethodGet, path: photosPath, for_: anyone, tag: tag,
		summary: "The photos of a listing", about: "In their order. 410 with the code gone: the listing has closed.", errors: []int{http.StatusNotFound, http.StatusGone}}, a.listPhotos)
	register(a, operation{id: "add-photo", method: http.MethodPost, path: photosPath, for_: writes, tag: tag, status: http.StatusCreated,
		summary: "Add a photo to a listing", tune: asUpload,
		about: "The body is the file itself: a JPEG, PNG, WebP or GIF of at most 10 MiB and 40 megapixels; its first bytes say which, whatever the " +
			"Content-Type. It is drawn anew: nothing but the picture is kept. A listing has at most 6.",
		errors: []int{http.StatusNotFound, http.StatusConflict, http.StatusGone}}, once(a, a.addPhoto))
	register(a, operation{id: "arrange-photos", method: http.MethodPut, path: photosPath, for_: writes, tag: tag,
		summary: "Put a listing's photos in order, and say what they show", about: "All of its photos, in the order in which they are to be shown. 409: these are not its photos any more.",
		errors: []int{http.StatusNotFound, http.StatusConflict}}, a.arrangePhotos)
	register(a, operation{id: "delete-photo", method: http.MethodDelete, path: photosPath + "/{photo}", for_: writes, tag: tag, status: http.StatusNoContent,
		summary: "Delete a photo for good", errors: []int{http.StatusNotFound}}, a.deletePhoto)
	register(a, operation{id: "get-photo", method: http.MethodGet, path: "/photos/{id}/{size}", for_: anyone, tag: tag, tune: asJPEG,
		summary: "A photo as a JPEG", about: "410 with the code gone: its listing has closed.", errors: []int{http.StatusNotFound, http.StatusGone}}, a.getPhoto)
}

// uploadWithin is how long a file may take to arrive over a slow line.
const uploadWithin = 2 * time.Minute

func asUpload(op *huma.Operation) {
	op.MaxBodyBytes, op.BodyReadTimeout = photo.MaxBytes, uploadWithin
	op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{}}
	for _, kind := range []string{"image/jpeg", "image/png", "image/webp", "image/gif"} {
		op.RequestBody.Content[kind] = &huma.MediaType{Schema: &huma.Schema{Type: "string", Format: "binary"}}
	}
}

func asJPEG(op *huma.Operation) {
	op.Responses = map[string]*huma.Response{"200": {Description: "OK", Content: map[string]*huma.MediaType{
		"image/jpeg": {Schema: &huma.Schema{Type: "string", Format: "binary"}}}}}
}

// Photo is a picture of what a listing is about.
type Photo struct {
	ID         string `json:"id" format:"uuid"`
	Alt        string `json:"alt,omitempty" doc:"What it shows, for those who do not see it."`
	Decorative bool   `json:"decorative,omitempty" doc:"It shows nothing that the listing does not say."`
	Width      int    `json:"width" doc:"Of the large print, in pixels."`
	Height     int    `json:"height"`
	Large      string `json:"large" format:"uri" doc:"A JPEG, at most 1600 pixels on its longest side."`
	Small      string `json:"small" format:"uri" doc:"The same at 640."`
}

func (a *API) photo(p market.Photo) Photo {
	at := a.Config.Link(Prefix + "/photos/" + string(p.ID))
	return Photo{ID: string(p.ID), Alt: p.Alt, Decorative: p.Decorative, Width: p.Width, Height: p.Height, Large: at + "/large", Small: at + "/small"}
}

func (a *API) listPhotos(c *call, in *ByID) (*body[All[Photo]], error) {
	id, err := in.id()
	if err == nil {
		_, err = a.Store.EntryFor(c.ctx, c.viewer, id, c.now)
	}
	if err != nil {
		return nil, err
	}
	return a.photosAt(c, id)
}

func (a *API) photosAt(c *call, listing market.ID) (*body[All[Photo]], error) {
	all, err := a.Store.PhotosOf(c.ctx, listing)
	return &body[All[Photo]]{Body: All[Photo]{Items: a.photos(all)}}, err
}

func (a *API) photos(all []market.Photo) []Photo {
	out := make([]Photo, len(all))
	for i, p := range all {
		out[i] = a.photo(p)
	}
	return out
}

type addingPhoto struct {
	ByID
	Keyed
	Alt        string `query:"alt" maxLength:"300" doc:"What it shows, for those who do not see it."`
	Decorative bool   `query:"decorative" doc:"It shows nothing that the listing does not say."`
	RawBody    []byte `contentType:"image/jpeg"`
}

type photoAnswer struct {
	Location string `header:"Location" doc:"Where the large print is."`
	Body     Photo
}

func (in addingPhoto) once(c *call) (market.OnceOnly, error) {
	sum := sha256.Sum256(in.RawBody)
	return onceOnly(c, in.Key, []any{"photo", in.ID, in.Alt, in.Decorative, sum[:]})
}

func (a *API) addPhoto(c *call, in *addingPhoto, once market.OnceOnly) (*photoAnswer, error) {
	id, err := in.id()
	if err == nil {
		err = a.countOnce(c, once, httpx.Rule{Name: "photo", Hour: market.PhotosPerHour})
	}
	if err != nil {
		return nil, err
	}
	p, err := a.Listings.AddPhoto(c.ctx, c.viewer, market.Photo{ListingID: id, Alt: in.Alt, Decorative: in.Decorative}, in.RawBody, once, c.now)
	if err != nil {
		return nil, renamed(err, map[string]string{"photo": inBody, "alt": inQuery + "alt"})
	}
	out := a.photo(p)
	return &photoAnswer{Location: out.Large, Body: out}, nil
}

// PhotoWords is a photo with what is said about it.
type PhotoWords struct {
	ID         string `json:"id" format:"uuid"`
	Alt        string `json:"alt,omitempty" required:"false" maxLength:"300"`
	Decorative bool   `json:"decorative,omitempty" required:"false"`
}

type arrangingPhotos struct {
	ByID
	Body struct {
		Items []PhotoWords `json:"items" nullable:"false" maxItems:"6"`
	}
}

func (a *API) arrangePhotos(c *call, in *arrangingPhotos) (*body[All[Photo]], error) {
	id, err := in.id()
	if err != nil {
		return nil, err
	}
	if _, err := a.Store.OwnEntry(c.ctx, c.viewer, id, c.now); err != nil {
		return nil, err
	}
	photos := make([]market.Photo, len(in.Body.Items))
	for i, p := range in.Body.Items {
		one, err := market.ParseID(p.ID)
		if err != nil {
			return nil, market.ErrConflict
		}
		photos[i] = market.Photo{ID: one, Alt: p.Alt, Decorative: p.Decorative}
	}
	if err := a.Listings.ArrangePhotos(c.ctx, c.viewer, id, photos, c.now); err != nil {
		return nil, renamed(err, map[string]string{"alt": inBody + "/items"})
	}
	return a.photosAt(c, id)
}

type onePhoto struct {
	ByID
	Photo string `path:"photo" format:"uuid" doc:"The id of the photo."`
}

func (a *API) deletePhoto(c *call, in *onePhoto) (*struct{}, error) {
	id, err := in.id()
	if err != nil {
		return nil, err
	}
	photo, err := market.ParseID(in.Photo)
	if err != nil {
		return nil, err
	}
	if _, err := a.Store.OwnEntry(c.ctx, c.viewer, id, c.now); err != nil {
		return nil, err
	}
	return nil, a.Listings.DropPhoto(c.ctx, c.viewer, id, photo, c.now)
}

type seeingPhoto struct {
	ByID
	Size string `path:"size" enum:"large,small"`
}

type jpegAnswer struct {
	Type string `header:"Content-Type"`
	Body []byte
}

func (a *API) getPhoto(c *call, in *seeingPhoto) (*jpegAnswer, error) {
	id, err := in.id()
	if err == nil {
		_, _, err = a.Store.PhotoFor(c.ctx, c.viewer, id, c.now)
	}
	if err != nil {
		return nil, err
	}
	jpeg, err := a.Store.Print(c.ctx, id, market.PhotoSize(in.Size))
	return &jpegAnswer{Type: "image/jpeg", Body: jpeg}, err
}
