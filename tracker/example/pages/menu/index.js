const { drinks } = require('../../drinks.js');

Page({
  data: { drinks },
  onDrink(event) {
    wx.navigateTo({ url: '/pages/drink/index?id=' + event.currentTarget.dataset.id });
  },
});
