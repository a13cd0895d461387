package officialresponse

// longest is how many characters a response has at most.
const longest = 20_000
