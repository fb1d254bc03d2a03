exports.drinks = [
  { id: 'latte', name: 'Latte', price: 28 },
  { id: 'mocha', name: 'Mocha', price: 32 },
];
