require('./utils/cl_tracker.js');

App({
  // Call it when your own server has said who signed in: what was done before is then theirs, too.
  signedIn(member) {
    this.cl_tracker.push({ identityType: 'c_memberid', identityValue: member.id });
    this.cl_tracker.profile({ level: member.level });
  },
});
