const ANSWERED = 'consent';

Component({
  data: { asking: false },
  lifetimes: {
    attached() {
      this.setData({ asking: !wx.getStorageSync(ANSWERED) });
    },
  },
  methods: {
    onAgree() {
      this.answer('granted');
    },
    onDecline() {
      this.answer('denied');
    },
    answer(said) {
      wx.setStorageSync(ANSWERED, said);
      getApp().cl_tracker.setConsent(said);
      this.setData({ asking: false });
    },
  },
});
