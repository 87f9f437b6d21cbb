package signin

// Ceiling is the dearest cost that Calibrate may give.
var Ceiling = ceiling
