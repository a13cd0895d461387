package auth

import "math/big"

// rocaPrimes are the small primes modulo which the powers of 65537 are only some of the residues.
var rocaPrimes = []int64{11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157}

// isROCA reports whether a modulus has the fingerprint of CVE-2017-15361: it is a power of 65537 modulo each of those
// primes. Such a key of 2048 bits can be factored. A sound modulus has the fingerprint with a probability of about 2^-27
// (Nemec et al., The Return of Coppersmith's Attack, 2017, section 2.2).
func isROCA(n *big.Int) bool {
	for _, prime := range rocaPrimes {
		if !isPowerOf65537(new(big.Int).Mod(n, big.NewInt(prime)).Int64(), prime) {
			return false
		}
	}
	return true
}

func isPowerOf65537(residue, prime int64) bool {
	for power := int64(1); ; {
		if power == residue {
			return true
		}
		if power = power * 65537 % prime; power == 1 {
			return false
		}
	}
}
