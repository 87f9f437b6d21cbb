package signin

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"filippo.io/age"
	"golang.org/x/crypto/argon2"

	"habilis/internal/strength"
)

// Cost is what argon2id is made to cost.
type Cost struct {
	MemoryKiB uint32
	Passes    uint32
	Lanes     uint8
}

// Floor and ceiling of the cost in production: sealed again at sign-in when below the floor.
var (
	Floor   = Cost{MemoryKiB: 64 << 10, Passes: 3, Lanes: 4}
	ceiling = Cost{MemoryKiB: 256 << 10, Passes: 12, Lanes: 4}
)

// below reports whether a stored cost has fallen behind the floor.
func (c Cost) below(floor Cost) bool {
	return c.MemoryKiB < floor.MemoryKiB || c.Passes < floor.Passes || c.Lanes < floor.Lanes
}

// sound reports whether a stored cost is one that sealing can have had: what was altered in the file must not stop the program, nor take its memory.
func (c Cost) sound() bool {
	return c.MemoryKiB > 0 && c.MemoryKiB <= ceiling.MemoryKiB && c.Passes > 0 && c.Passes <= ceiling.Passes && c.Lanes > 0
}

// Calibrate finds a cost of about a third of a second on this machine, between the floor and the ceiling.
func Calibrate() Cost {
	c := Floor
	for {
		start := time.Now()
		derive("calibration", make([]byte, 16), c)
		switch spent := time.Since(start); {
		case spent >= 250*time.Millisecond:
			return c
		case c.MemoryKiB < ceiling.MemoryKiB && spent < 125*time.Millisecond:
			c.MemoryKiB *= 2
		case c.Passes < ceiling.Passes:
			c.Passes++
		default:
			return c
		}
	}
}

type sealed struct {
	salt, box []byte
	cost      Cost
	recipient string
}

var errWrong = errors.New("the passphrase does not open the identity")

// newIdentity makes an age X25519 identity and seals it under a passphrase. Nothing else of the passphrase is stored: it is
// right iff the identity opens.
func newIdentity(passphrase string, user int64, cost Cost) (sealed, error) {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		return sealed{}, fmt.Errorf("identity: %w", err)
	}
	return seal(id, passphrase, user, cost)
}

func seal(id *age.X25519Identity, passphrase string, user int64, cost Cost) (sealed, error) {
	salt := make([]byte, 16)
	rand.Read(salt) //nolint:errcheck // crypto/rand never fails
	box, err := boxFor(passphrase, salt, cost)
	if err != nil {
		return sealed{}, err
	}
	nonce := make([]byte, box.NonceSize())
	rand.Read(nonce) //nolint:errcheck // crypto/rand never fails
	return sealed{salt, box.Seal(nonce, nonce, []byte(id.String()), label(user)), cost, id.Recipient().String()}, nil
}

func open(s sealed, passphrase string, user int64) (*age.X25519Identity, error) {
	if !s.cost.sound() {
		return nil, errWrong
	}
	box, err := boxFor(passphrase, s.salt, s.cost)
	if err != nil {
		return nil, err
	}
	if len(s.box) < box.NonceSize() {
		return nil, errWrong
	}
	text, err := box.Open(nil, s.box[:box.NonceSize()], s.box[box.NonceSize():], label(user))
	if err != nil {
		return nil, errWrong
	}
	return age.ParseX25519Identity(string(text))
}

func boxFor(passphrase string, salt []byte, cost Cost) (cipher.AEAD, error) {
	block, err := aes.NewCipher(derive(strength.Plain(passphrase), salt, cost))
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// derive makes the key, and gives the memory that it took back to the system at once: the window would hold it for minutes.
func derive(passphrase string, salt []byte, c Cost) []byte {
	key := argon2.IDKey([]byte(passphrase), salt, c.Passes, c.MemoryKiB, c.Lanes, 32)
	if c.MemoryKiB >= Floor.MemoryKiB {
		debug.FreeOSMemory()
	}
	return key
}

func label(user int64) []byte { return fmt.Appendf(nil, "sign_ins|%d|sealed|1", user) }
