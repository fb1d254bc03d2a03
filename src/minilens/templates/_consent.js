App({
  onLaunch() {
    wx.getPrivacySetting({
      success: ({ needAuthorization }) => needAuthorization || this.cl_tracker.init({ consent: 'granted' }),
    });
  },
  // <button open-type="agreePrivacyAuthorization" bindagreeprivacyauthorization="…"> → getApp().agreed()
  agreed() {
    this.cl_tracker.setConsent('granted');
  },
});
