// Random ids. Mini programs have no synchronous source of true randomness; 74 bits and the time are plenty here.

var LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** A letter for the number from..from + range, times step. */
function letter(range, step, from) {
  return LETTERS.charAt(Math.floor(Math.random() * range) * (step || 1) + (from || 0));
}

/** So many random letters. */
export function short(count) {
  var text = '';
  while (text.length < count) text += letter(64);
  return text;
}

/** A UUID of version 7 (ordered by the time it was made) in 22 letters, its bytes in base64. */
export function uuid(at) {
  var time = '';
  while (time.length < 8) {
    time = LETTERS.charAt(at % 64) + time;
    at = Math.floor(at / 64);
  }
  // version 7 stands in bits 48–51, the variant in bits 64 and 65, four bits at the end are filled up
  return time + letter(4, 1, 28) + short(1) + letter(16, 4, 2) + short(10) + letter(4, 16);
}
