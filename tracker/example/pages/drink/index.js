const { drinks } = require('../../drinks.js');

Page({
  data: { id: '', name: '', price: 0 },
  onLoad(query) {
    this.setData(drinks.find((drink) => drink.id === query.id) || drinks[0]);
  },
  onOrder() {
    const { id, name, price } = this.data;
    getApp().cl_tracker.track('add_to_cart', { targetName: name, targetId: id, value: price, currency: 'CNY' });
  },
  onShareAppMessage() {
    const path = '/pages/drink/index?id=' + this.data.id;
    return { title: this.data.name, path: getApp().cl_tracker.sharePath(path) };
  },
});
